package message

// warnings returns the messages about conditions that do not make a run fail.
func warnings() Section {
	return Section{
		Title: "Warnings",
		Intro: "The run continues. For `Unable to revoke token`, see [Revocation](#revocation).",
		Messages: []Message{
			{
				Code:    "key-expires-soon",
				Summary: "Key expires soon",
				Text:    "{{with .key}}Key {{.}}{{else}}The key{{end}} of {{.holder}} {{.subject}} expires at {{.expires_at}}.",
				Next: "Create a new key in ZITADEL, and use it instead. key_expiry_warning sets how long before the " +
					"expiration this warning appears.",
				Guide: "The default of `key_expiry_warning` is two weeks. Remove the old key when no run uses it " +
					"anymore.",
			},
			{
				Code:    "token-lifetime-short",
				Summary: "Token lifetime is short",
				Text: "The instance issues tokens that are valid for {{.lifetime}}, which is less than min_validity " +
					"({{.min_validity}}). Blocks share a token until half of its lifetime has passed. A run that " +
					"takes longer may use an expired token.",
				Next: "Raise the access token lifetime in ZITADEL, or set min_validity to the duration of " +
					"the run.",
				Guide: "This warning is reported once for each set of credentials in a process. See " +
					"[Tokens that expire during a run](at-scale.md#tokens-that-expire-during-a-run).",
			},
			{
				Code:    "token-expired-during-run",
				Summary: "Access token expired during the run",
				Text: "The token of this {{.block}} expired at {{.expires_at}}, before the run ended. If a " +
					"different provider reported a 401 after that time, this is the likely cause.",
				Next: "Raise the access token lifetime in ZITADEL, or split the run. Set min_validity of " +
					"zitadel_access_token to the duration of the run, so that no block shares an older token.",
				Guide: "See [Tokens that expire during a run](at-scale.md#tokens-that-expire-during-a-run).",
			},
			{
				Code:    "clocks-differ",
				Summary: "Clocks differ",
				Text: `{{template "clocks" .}} ({{.issuer}}). The provider corrects the difference when it signs an ` +
					"assertion for its own request, and when it checks the times of a token. It does not correct an " +
					"assertion that you set in assertion, or that zitadel_client_assertion or signed_assertion returns.",
				Next: "Correct the clock that is wrong.",
				Guide: "The clocks differ by more than a minute. `date -u` prints the time of this machine. " +
					"`zitadel_client_assertion` signs with this machine's clock. ZITADEL rejects an assertion whose " +
					"`iat` is [ahead of its clock](#assertion-issued-in-future) or [older than an " +
					"hour](#assertion-too-old).",
			},
			{
				Code:    "audience-without-issuer",
				Summary: "Assertion is not for the issuer",
				Text: `The audience does not contain "{{.issuer}}". The token, introspection and revocation endpoints ` +
					"of the instance reject an assertion unless its audience contains exactly this text.",
				Next: "Add the issuer, or remove audience. If the assertion is for the System API or for a program " +
					"other than ZITADEL, ignore this warning.",
				Guide: "The [System API](system-api.md) requires the external domain of the deployment, which is the " +
					"issuer of only one of its instances.",
			},
			{
				Code:    "audience-not-checked",
				Summary: "Audience is not checked",
				Text:    "required_audience is not set, so a token that was issued for a different service is also accepted.",
				Next: "Require the ID of the project that the token must be for, as in required_audience = " +
					"[var.project_id]. To accept any audience without this warning, set required_audience = [].",
			},
		},
	}
}

// reportBug is the advice in messages that only a bug in the provider can cause.
const reportBug = "This is a bug in the provider. Please report it."

// bugs returns the messages about bugs in the provider or in the CLI.
func bugs() Section {
	return Section{
		Title: "Bugs",
		Intro: "No configuration should cause these messages. Please [report](#report-a-problem) them.",
		Messages: []Message{
			{
				Code: "not-configured",
				Text: "The provider received this request before it was configured. This is a bug in the program " +
					"that runs the provider, usually the CLI.",
				Next: "Report it to the authors of that program.",
				Guide: "The first line is `Unable to read data source`, `Unable to open ephemeral resource`, " +
					"`Unable to renew ephemeral resource` or `Unable to close ephemeral resource`.",
			},
			{
				Code:    "schema-unsupported",
				Summary: "Unable to build schema",
				Text:    "The schema of zitadel_{{.block}} cannot be used, because a secret could be stored in state:",
				Next:    reportBug,
				Guide:   "The provider could not determine which attributes contain a secret.",
			},
			{
				Code: "attribute-unsupported",
				Text: `Attribute "{{.attribute}}" has the unsupported type {{.type}}.`,
			},
			{
				Code:  "value-unknown",
				Text:  "A value of type {{.type}} is not known before apply.",
				Next:  reportBug,
				Guide: "The provider does not expect an unknown value here.",
			},
			{
				Code:  "value-unreadable",
				Text:  "A value of type {{.type}} cannot be read as {{.expected}}.",
				Next:  reportBug,
				Guide: "The provider does not expect a value of this type.",
			},
			{
				Code:  "value-unwritable",
				Text:  "A value of type {{.type}} cannot be written as {{.expected}}.",
				Next:  reportBug,
				Guide: "The result does not fit the schema.",
			},
		},
	}
}
