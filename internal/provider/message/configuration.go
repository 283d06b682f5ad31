package message

// emptyVariables is a part of messages about something that is not set.
const emptyVariables = "{{with .empty}} In the environment, {{.}} is set, but empty.{{end}}"

// aliasOnly is a part of messages about something that no provider block sets.
const aliasOnly = "{{if .no_arguments}} No provider block sets an argument for this block: the configuration has no " +
	"provider block for zitadel, or only one with an alias.{{end}}"

// useAlias is the advice about a provider block with an alias.
const useAlias = "{{if .no_arguments}}. If the provider block has an alias, set provider = zitadel.{alias} in this " +
	"block, or pass it to the module with providers{{end}}"

// ProviderSummary returns the first line of a diagnostic about an argument of the
// provider block, which is the same in all blocks that require the argument.
func ProviderSummary(argument string) string { return "Invalid provider configuration: " + argument }

// EnvironmentSummary is the first line of a diagnostic about environment variables of the
// provider.
const EnvironmentSummary = "Invalid provider configuration: environment"

// CredentialsSummary returns the first line of a diagnostic about an operation that failed
// with credentials of the provider block, which need not be invalid: another block may be
// able to use them. summary is that for credentials of the block itself.
func CredentialsSummary(summary, argument string) string {
	return summary + " with the provider's " + argument
}

// configuration returns the messages about the provider block as a whole and about
// the environment.
func configuration() Section {
	const unset = "Unset all but one, or set the argument in the provider block, which overrides these variables."
	return Section{
		Title: "The provider block and the environment",
		Intro: "The provider sends no request before a block needs one, so a wrong issuer or key causes an error in " +
			"the first block that uses it. The variables of your shell are not set in a pipeline or in a remote run.",
		Messages: []Message{
			{
				Code:    "issuer-missing",
				Summary: "Incomplete provider configuration: issuer",
				Text:    "The provider is not configured with a ZITADEL instance." + emptyVariables + aliasOnly,
				Next: "Set issuer in the provider block (such as " + example + "), or the environment variable " +
					"ZITADEL_ISSUER" + useAlias + ".",
				Guide: "None of `issuer`, `domain`, `ZITADEL_ISSUER`, `ZITADEL_HOST` and `ZITADEL_DOMAIN` is set.",
			},
			{
				Code:    "argument-unknown",
				Summary: "Unable to use provider configuration",
				Text: "This block requires the provider's {{.arguments}}, which {{if .several}}are{{else}}is{{end}} " +
					"not known before apply.",
				Next: "Use a value that is known during plan. Or let the block wait: add depends_on to a data " +
					"source, with the resource that the value comes from; set defer_until of an ephemeral resource " +
					"to a value that is unknown until then.",
				Guide: "The value usually comes from a resource that does not exist yet. A variable is known during " +
					"plan.",
			},
			{
				Code: "provider-argument",
				Text: "In {{.source}}:",
				Guide: "The error is in the provider block or in the environment, not in the block that failed. " +
					"Each block that needs the argument reports it.",
			},
			{
				Code:    "variables-combined",
				Summary: EnvironmentSummary,
				Text:    "{{.variables}} are set in the environment and may not be combined.",
				Next:    unset,
				Guide: "For example, `ZITADEL_KEY_FILE` may not be combined with `ZITADEL_CLIENT_ID`, and " +
					"`ZITADEL_DOMAIN` may not be combined with `ZITADEL_ISSUER` or `ZITADEL_HOST`.",
			},
			{
				Code:    "variables-differ",
				Summary: EnvironmentSummary,
				Text:    "{{.variables}} are set in the environment to different values.",
				Next:    "Unset all but one. They set the same argument.",
				Guide: "`ZITADEL_ISSUER` and `ZITADEL_HOST` both set `issuer`. `ZITADEL_KEY_FILE` and " +
					"`ZITADEL_KEY_PATH` both set `key_file`.",
			},
			{
				Code:    "variable-invalid",
				Summary: EnvironmentSummary,
				Text:    "{{.variable}} is invalid:",
				Guide:   "The variable must contain an [address](#addresses).",
			},
			{
				Code:    "secret-variable-alone",
				Summary: EnvironmentSummary,
				Text:    "ZITADEL_CLIENT_SECRET is set without ZITADEL_CLIENT_ID." + emptyVariables,
				Next:    "Set both.",
			},
		},
	}
}
