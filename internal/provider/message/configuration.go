package message

// configuration returns the messages about the provider block as a whole and about
// the environment.
func configuration() Section {
	return Section{
		Title: "The provider block and the environment",
		Intro: "The provider sends no request before a block needs one, so a wrong issuer or key shows in the first " +
			"block that uses it. Variables of your shell are not those of a pipeline or of a remote run.",
		Messages: []Message{
			{
				Code:    "issuer-missing",
				Summary: "Unable to find issuer",
				Text:    "The provider is not configured with a ZITADEL instance.",
				Next: "Set issuer in the provider block (such as " + example + "), or the environment variable " +
					"ZITADEL_ISSUER.",
			},
			{
				Code:    "argument-unknown",
				Summary: "Unable to use provider configuration",
				Text: "This block requires {{.arguments}} of the provider, which {{if .several}}are{{else}}is{{end}} not " +
					"known before apply.",
				Next: "Use a value that is known during plan. Or let the block wait: add depends_on to a data source, with " +
					"the resource that the value comes from; set defer_until of an ephemeral resource to a value that is " +
					"unknown until then.",
			},
			{
				Code: "provider-argument",
				Text: "In the provider's configuration ({{.names}}):",
				Guide: "The fault is in the provider block or in the environment, not in the block that failed. Each block " +
					"that needs the argument reports it.",
			},
			{
				Code:    "variables-combined",
				Summary: "Unable to use environment",
				Text:    "{{.variables}} are set in the environment and may not be combined.",
				Next:    "Unset all but one, or set the argument in the provider block, which overrides these variables.",
			},
			{
				Code:    "variables-differ",
				Summary: "Unable to use environment",
				Text:    "{{.variables}} are set in the environment to different values.",
				Next:    "Unset all but one. They name the same argument.",
			},
			{
				Code:    "variable-invalid",
				Summary: "Unable to use environment",
				Text:    "{{.variable}} is invalid:",
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
