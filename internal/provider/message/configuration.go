package message

// emptyVariables is the part of a message about a missing value that lists empty environment
// variables.
const emptyVariables = "{{with .empty}} Empty environment variables: {{.}}.{{end}}"

// aliasOnly is the part of a message about a missing value that explains why no argument of the
// provider is set.
const aliasOnly = "{{if .no_arguments}} No argument of the provider is set for this block: the provider " +
	"block for zitadel is missing, has an alias, or sets no argument.{{end}}"

// useAlias is the advice for a provider block with an alias.
const useAlias = "{{if .no_arguments}}. If the provider block has an alias, set provider = zitadel.{alias} in this " +
	"block, or pass it to the module with providers{{end}}"

// ProviderSummary returns the summary of a diagnostic about an argument of the provider block.
// The summary is the same in all blocks that require the argument.
func ProviderSummary(argument string) string { return "Invalid provider configuration: " + argument }

// EnvironmentSummary is the summary of a diagnostic about the provider's environment variables.
const EnvironmentSummary = "Invalid provider configuration: environment"

// CredentialsSummary returns the summary of a diagnostic about an operation that failed with the
// provider's credentials: the summary for a block with its own credentials, followed by the argument or
// the environment variable that sets the provider's. It does not describe the provider's credentials as
// invalid, because other blocks might be able to use them.
func CredentialsSummary(summary, setting string) string {
	if isVariable(setting) {
		return summary + " with " + setting
	}
	return summary + " with the provider's " + setting
}

// configuration returns the messages about the provider block as a whole and about environment
// variables.
func configuration() Section {
	const unset = "Unset all but one of them, or override them with the argument in the provider block."
	return Section{
		Title: "The provider block and the environment",
		Intro: "The provider sends no request until a block needs one, so a wrong issuer or key causes an error only in " +
			"the blocks that use it. Variables that are set in your shell are not set in a pipeline or in a remote run.",
		Messages: []Message{
			{
				Code:    "issuer-missing",
				Summary: "Incomplete provider configuration: issuer",
				Text:    "The provider is not configured with a ZITADEL instance." + emptyVariables + aliasOnly,
				Next: "Set issuer (such as " + example + ") in the provider block, or set the environment " +
					"variable ZITADEL_ISSUER" + useAlias + ".",
				Guide: "None of `issuer`, `domain`, `ZITADEL_ISSUER`, `ZITADEL_HOST` and `ZITADEL_DOMAIN` is set.",
			},
			{
				Code:    "argument-unknown",
				Summary: "Unable to use provider configuration",
				Text: "This block requires the provider's {{.arguments}}, which {{if .several}}are{{else}}is{{end}} " +
					"not known before apply.",
				Next: "Use a value that is known during plan, or defer this block to apply: in a data source, set " +
					"depends_on to the resource that the value comes from; in an ephemeral resource, set defer_until " +
					"to a value that is unknown before apply.",
				Guide: "The value usually comes from a resource that does not exist yet. The value of a variable is " +
					"known during plan.",
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
				Next:    "Unset all but one of them, because they set the same argument.",
				Guide: "`ZITADEL_ISSUER` and `ZITADEL_HOST` both set `issuer`. `ZITADEL_KEY_FILE` and " +
					"`ZITADEL_KEY_PATH` both set `key_file`.",
			},
			{
				Code:    "variable-invalid",
				Summary: EnvironmentSummary,
				Text:    "{{.variable}} is invalid:",
				Guide:   "The list below this line describes what is wrong with the value.",
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
