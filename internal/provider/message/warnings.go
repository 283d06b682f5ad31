package message

// warnings returns the messages about what works and may surprise.
func warnings() Section {
	return Section{
		Title: "Warnings",
		Messages: []Message{
			{
				Code:    "key-expires-soon",
				Summary: "Key expires soon",
				Text:    "Key {{.key}} of {{.holder}} {{.subject}} expires at {{.expires_at}}.",
				Next: "Create a new key in ZITADEL, and use that. key_expiry_warning sets how long before the expiry this " +
					"warning appears.",
			},
			{
				Code:    "token-lifetime-short",
				Summary: "Token lifetime is short",
				Text: "The instance issues tokens that are valid for {{.lifetime}}, which is less than min_validity " +
					"({{.min_validity}}). Blocks share a token until half of its lifetime has passed. A run that takes longer " +
					"may use an expired token.",
				Next: "Raise the access token lifetime in ZITADEL, or set min_validity to the time that the run needs.",
			},
			{
				Code:    "token-expired-during-run",
				Summary: "Access token expired during the run",
				Text: "The token of this {{.block}} expired at {{.expires_at}}, before the run ended. If another provider " +
					"reported a 401 after that time, this is the likely cause.",
				Next: "Raise the access token lifetime in ZITADEL, or split the run. Set min_validity of " +
					"zitadel_access_token to the time that the run needs, so that an older token is not shared.",
			},
			{
				Code:    "clocks-differ",
				Summary: "Clocks differ",
				Text:    `{{template "clocks" .}} ({{.issuer}}). The provider corrects for it; other programs do not.`,
				Next:    "Set the clock that is wrong.",
			},
			{
				Code:    "audience-without-issuer",
				Summary: "Assertion is not for the issuer",
				Text: "audience does not contain {{.issuer}}. ZITADEL requires exactly that text, and rejects an assertion " +
					"without it.",
				Next: "Add the issuer, or remove audience.",
			},
			{
				Code:    "audience-not-checked",
				Summary: "Audience is not checked",
				Text:    "required_audience is not set, so a token that was issued for another service is accepted as well.",
				Next: "Set it to the ID of the project that the token must be for, for example required_audience = " +
					"[var.project_id]. To accept any audience, set required_audience = [].",
			},
		},
	}
}

// bugs returns the messages about faults of the provider or of the CLI.
func bugs() Section {
	const report = "This is a bug of the provider. Please report it."
	return Section{
		Title: "Bugs",
		Intro: "None of these messages should appear. Please [report](#report-a-problem) them.",
		Messages: []Message{
			{
				Code: "not-configured",
				Text: "The provider received this request before it was configured. This is a bug of the program that runs " +
					"the provider, usually the CLI.",
				Next: "Report it there.",
			},
			{
				Code:    "schema-unsupported",
				Summary: "Unable to build schema",
				Text:    "The schema of zitadel_{{.block}} cannot be used, because a secret could be stored in state:",
				Next:    report,
			},
			{
				Code: "attribute-unsupported",
				Text: `Attribute "{{.attribute}}" has the unsupported type {{.type}}.`,
			},
			{
				Code: "value-unknown",
				Text: "A value of type {{.type}} is not known before apply.",
				Next: report,
			},
			{
				Code: "value-unreadable",
				Text: "A value of type {{.type}} cannot be read as {{.expected}}.",
				Next: report,
			},
			{
				Code: "value-unwritable",
				Text: "A value of type {{.type}} cannot be written as {{.expected}}.",
				Next: report,
			},
		},
	}
}
