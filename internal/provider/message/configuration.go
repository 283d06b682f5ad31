package message

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
				Summary: "Unable to find issuer",
				Text:    "The provider is not configured with a ZITADEL instance.",
				Next: "Set issuer in the provider block (such as " + example + "), or the environment variable " +
					"ZITADEL_ISSUER.",
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
				Text: "In the provider's configuration ({{.names}}):",
				Guide: "The error is in the provider block or in the environment, not in the block that failed. " +
					"Each block that needs the argument reports it.",
			},
			{
				Code:    "variables-combined",
				Summary: "Unable to use environment",
				Text:    "{{.variables}} are set in the environment and may not be combined.",
				Next:    unset,
				Guide: "For example, `ZITADEL_KEY_FILE` may not be combined with `ZITADEL_CLIENT_ID`, and " +
					"`ZITADEL_DOMAIN` may not be combined with `ZITADEL_ISSUER` or `ZITADEL_HOST`.",
			},
			{
				Code:    "variables-differ",
				Summary: "Unable to use environment",
				Text:    "{{.variables}} are set in the environment to different values.",
				Next:    "Unset all but one. They set the same argument.",
				Guide: "`ZITADEL_ISSUER` and `ZITADEL_HOST` both set `issuer`. `ZITADEL_KEY_FILE` and " +
					"`ZITADEL_KEY_PATH` both set `key_file`.",
			},
			{
				Code:    "variable-invalid",
				Summary: "Unable to use environment",
				Text:    "{{.variable}} is invalid:",
				Guide:   "The variable must contain an [address](#addresses).",
			},
			{
				Code:    "secret-variable-alone",
				Summary: "Unable to use environment",
				Text:    "ZITADEL_CLIENT_SECRET is set without ZITADEL_CLIENT_ID.",
				Next:    "Set both.",
			},
		},
	}
}
