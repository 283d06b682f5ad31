package message

// removeOrTrim is the advice for an unexpected character in a value.
const removeOrTrim = "Remove it{{with .file_expression}}. If the value was read from a file, use {{.}}{{end}}."

// replaceInHCL and replaceInShell are the advice for a placeholder that was not replaced.
const (
	replaceInHCL = "Replace it with the actual value. HCL does not expand shell variables: write var.name, and set " +
		"TF_VAR_name."
	replaceInShell = "Replace it with the actual value. A shell does not expand a variable in single quotes."
)

// copyID is the advice about a value that is not an ID.
const copyID = "Copy the ID from ZITADEL."

// arguments returns the general messages about the arguments of blocks and functions.
func arguments() Section {
	return Section{
		Title: "Arguments",
		Intro: "The first line of these messages is `Unable to use` followed by the name of the argument, unless a " +
			"different first line is shown below. For an argument of a function, the first line is `Invalid function " +
			"argument`, and the CLI names the parameter below it. Functions do not use the clock, the network or the " +
			"provider's configuration.",
		Messages: []Message{
			{
				Code:  "value-empty",
				Text:  "The value is empty.",
				Next:  "Set a value, or remove the argument.",
				Guide: "An empty value often comes from a variable that is not set in the pipeline.",
			},
			{
				Code: "value-whitespace",
				Text: "The value contains an unexpected character: {{.character}}.",
				Next: "{{with .suggestion}}Write {{.}}{{else}}Remove it{{end}}{{with .file_expression}}. If the " +
					"value was read from a file, use {{.}}{{end}}.",
				Guide: "Invisible characters are often copied from a web page, an email or a terminal. " +
					"`trimspace(file(...))` removes the line break at the end of a file.",
			},
			{
				Code: "value-quoted",
				Text: "The value starts or ends with a quotation mark.",
				Next: "{{with .suggestion}}Write {{.}}{{else}}Remove the quotes" +
					"{{with .expression}}, for example with {{.}}{{end}}{{end}}.",
				Guide: "In a Docker env file and in many CI systems, quotes become part of the value.",
			},
			{
				Code: "value-placeholder",
				Text: "The value contains a placeholder that was not replaced.",
				Next: replaceInHCL, Variable: replaceInShell,
			},
			{
				Code:     "value-reference",
				Text:     "The value is a reference or a function call inside a string, which is not evaluated.",
				Next:     "Remove the quotes around it.",
				Variable: "Set {{.variable}} to the value itself.",
				Guide:    "A string contains the text itself. HCL evaluates a reference such as `var.name` only outside of quotes.",
			},
			{
				Code: "entry-null",
				Text: "An entry is null.",
				Next: "Remove the entry, or set a value.",
			},
			{
				Code: "set-empty",
				Text: "The set is empty.",
				Next: "Add an entry, or remove the argument to use its default.",
			},
			{
				Code: "arguments-combined",
				Text: "{{.arguments}} may not be combined.",
				Next: "Remove one of them.",
			},
			{
				Code:  "duration-invalid",
				Text:  "The value is not a duration.",
				Next:  "Write a duration such as 90s, 5m or 1h30m.",
				Guide: "A duration is a number with a unit. The largest unit is the hour.",
			},
			{
				Code: "boolean-invalid",
				Text: "The value is not a boolean.",
				Next: "Write true or false.",
			},
			{
				Code: "number-invalid",
				Text: "The value is not a whole number.",
				Next: "Use only digits.",
			},
			{
				Code: "number-out-of-range",
				Text: "The number must be between {{.minimum}} and {{.maximum}}.",
			},
			{
				Code:  "duration-too-short",
				Text:  "The duration must be at least {{.least}}.",
				Guide: "The documentation of the block lists the limits.",
			},
			{
				Code: "duration-too-long",
				Text: "The duration must be at most {{.most}}.",
			},
			{
				Code:  "token-empty",
				Text:  "The token is empty.",
				Next:  "Set the argument to a token.",
				Guide: "An empty value often comes from a variable that is not set in the pipeline.",
			},
			{
				Code: "token-whitespace",
				Text: "The token contains a character that is not part of a token: {{.character}}.",
				Next: removeOrTrim,
				Guide: "The output of a command often ends with a line break, which `trimspace(file(...))` removes. A " +
					"token that was copied from a terminal can contain line breaks.",
			},
			{
				Code: "token-quoted",
				Text: "The token is enclosed in quotes.",
				Next: "Remove the quotes{{with .expression}}, for example with {{.}}{{end}}.",
				Guide: "The output of `terraform output` and of `jq` is in quotes, unless you set `-raw` or `-r`. " +
					"`jsondecode(...)` removes the quotes of a JSON string.",
			},
			{
				Code:  "token-header",
				Text:  `The value comes from an HTTP header: it contains "{{.header}}" before the token.`,
				Next:  `Pass only the token{{with .expression}}: {{.}}{{end}}.`,
				Guide: "For example, `trimprefix(..., \"Bearer \")` removes the scheme.",
			},
			{
				Code: "token-parameter",
				Text: "The value is a form or a URL with the parameter {{.parameter}}.",
				Next: "Pass only the value of the parameter.",
			},
			{
				Code: "token-is-authorization-code",
				Text: "The value is a form or a URL with an authorization code, not a token.",
				Next: "Request a token with the authorization code, and pass the token.",
			},
			{
				Code:  "token-assignment",
				Text:  "The value is an assignment, which consists of a name and a token.",
				Next:  "Pass only the token, without the name before it and without quotes around it.",
				Guide: "For example, the value is a line of a `.env` file, of a shell script or of a YAML document.",
			},
			{
				Code: "token-encoded",
				Text: "The value is a token in base64.",
				Next: "Decode it{{with .expression}}: {{.}}{{end}}.",
				Guide: "The values in the `data` of a Kubernetes Secret are in base64. `base64decode(...)` decodes " +
					"them.",
			},
			{
				Code: "token-character",
				Text: "The value contains a character that no token contains: {{.character}}.",
				Next: "Pass only the token.",
				Guide: "A token consists of letters and digits without accents, and of the characters `-._~+/` (RFC 6750 " +
					"section 2.1). Only an opaque token may end with `=`. A character such as a comma was often copied " +
					"along with the token, and `\\n` is a line break that was escaped.",
			},
			{
				Code:  "token-response",
				Text:  "The value is a JSON document that contains a token.",
				Next:  `Pass only the token, which is in member "{{.member}}"{{with .expression}}: {{.}}{{end}}.`,
				Guide: "For example, `jsondecode(...).access_token` is the token in a response of the token endpoint.",
			},
			{
				Code: "token-json",
				Text: "The value is a JSON document, not a token.",
				Next: "Pass the token itself.",
			},
			{
				Code:     "token-is-key",
				Text:     "The value is a key, not a token.",
				Next:     "Request a token with zitadel_access_token, and set key_json to the key, or key_file to its path.",
				Variable: "Set ZITADEL_KEY_JSON to the key, or ZITADEL_KEY_FILE to its path, instead of {{.variable}}.",
			},
			{
				Code: "token-is-client-secret",
				Text: "The value is the ID and the secret of a client, not a token.",
				Next: "Request a token with zitadel_access_token, and set its client_id and client_secret.",
				Variable: "Set ZITADEL_CLIENT_ID and ZITADEL_CLIENT_SECRET instead of {{.variable}}. They are in base64, " +
					"separated by a colon.",
				Guide: "In an HTTP header, the ID and the secret of a client follow `Basic`. They are in base64, " +
					"separated by a colon (RFC 6749 section 2.3.1).",
			},
			{
				Code: "token-is-page",
				Text: "The value is an HTML or XML document, not a token.",
				Next: "Check the address that it was downloaded from, and whether the download requires a login.",
			},
			{
				Code:     "token-is-path",
				Text:     "The value is the path of a file, not a token.",
				Next:     "Pass the content of the file: trimspace(file({{or .expression \"...\"}})).",
				Variable: "Set {{.variable}} to the content of the file.",
			},
			{
				Code: "token-placeholder",
				Text: "The value is a placeholder, not a token.",
				Next: "Replace it with the token. A command that prints a sensitive value may print a placeholder " +
					"instead.",
			},
			{
				Code: "token-is-assertion",
				Text: "The value is an assertion without a signature, not a token.",
				Next: "To request a token, add the signature with signed_assertion, and set assertion in the credentials " +
					"of zitadel_access_token.",
			},
			{
				Code: "token-cut",
				Text: "The token has {{.parts}} parts, so it was truncated or joined with other text: a JWT has " +
					"three parts separated by dots, an encrypted token has five, and any other ZITADEL token " +
					"contains no dot.",
				Next: "Pass the whole token.",
			},
			{
				Code: "scope-empty",
				Text: "A scope is empty.",
				Next: "Remove the empty scope.",
			},
			{
				Code: "scope-space",
				Text: "A scope contains a space.",
				Next: "Write each scope as a separate entry.",
			},
			{
				Code: "scope-characters",
				Text: "A scope contains a character that is not allowed.",
				Next: "Use only printable ASCII without quotes or backslashes (RFC 6749 section 3.3).",
			},
			{
				Code: "scope-role",
				Text: "The role key in the scope is invalid:",
			},
			{
				Code:  "scope-shows-no-grant",
				Text:  "The scope of a role shows only that the role was requested, not that it was granted.",
				Next:  `Set required_roles = ["{{.role}}"].`,
				Guide: "Any client can request the scope of a role. `required_roles` checks which roles were granted.",
			},
			{
				Code: "role-empty",
				Text: "The role key is empty.",
			},
			{
				Code: "role-is-scope",
				Text: "The value is a whole scope, not a role key.",
				Next: "Pass only the role key.",
			},
			{
				Code:  "role-space",
				Text:  "The role key contains a space, so it cannot be requested in a scope: spaces separate scopes.",
				Next:  "Rename the role in ZITADEL, or use the scope {{.roles_scope}}, which requests all roles.",
				Guide: "`required_roles` accepts a role key with a space.",
			},
			{
				Code: "role-characters",
				Text: "The role key contains a character that is not printable.",
			},
			{
				Code: "id-empty",
				Text: "The ID is empty.",
			},
			{
				Code: "id-is-pem",
				Text: "The value is a PEM, not an ID.",
				Next: copyID,
			},
			{
				Code: "id-is-json",
				Text: "The value is a JSON document, not an ID.",
				Next: copyID,
			},
			{
				Code: "id-is-kms-key",
				Text: "The value is the name of a key in a key management service, not an ID in ZITADEL.",
				Next: copyID,
				Guide: "When a public key is registered in ZITADEL, the response contains the ID of the key. Key management " +
					"services identify the same key by a different name, such as an ARN.",
			},
			{
				Code: "id-invalid",
				Text: "The value is not a valid ID: an ID is printable ASCII, and has at most 100 characters.",
				Next: copyID,
			},
			{
				Code: "id-characters",
				Text: "The value contains a quote or a backslash, so it cannot be part of a scope (RFC 6749 section 3.3).",
				Next: copyID,
			},
			{
				Code: "id-is-scope",
				Text: "The value contains a colon.",
				Next: "Pass only the ID, not a whole scope.",
			},
			{
				Code: "audience-is-scope",
				Text: "The value is a scope, not an entry of an audience, such as the ID of a project.",
				Next: `{{with .suggestion}}Write "{{.}}"{{else}}Write the ID of the project{{end}}.`,
				Guide: "The scope `urn:zitadel:iam:org:project:id:{project ID}:aud` adds only the ID of the project to the " +
					"audience.",
			},
			{
				Code: "project-id-missing",
				Text: "required_roles is set without project_id. A token can contain roles of several projects, " +
					"and roles of different projects are never merged.",
				Next: "Set project_id to the ID of the project that the roles belong to.",
			},
			{
				Code: "token-type-invalid",
				Text: "The value is not one of the token types {{.accepted}}.",
				Next: `Write {{with .suggestion}}"{{.}}"{{else}}one of these short names{{end}}.`,
				Guide: "A URI such as `urn:ietf:params:oauth:token-type:id_token` is not accepted. The message does not contain " +
					"the value, because it may be a token. Set a token in `subject_token` or `actor_token`.",
			},
			{
				Code: "actor-token-missing",
				Text: "actor_token_type is set without actor_token.",
				Next: "Set both, or neither.",
			},
			{
				Code: "subject-without-actor",
				Text: `Unlike a token of the user, a subject token of type "{{.type}}" does not prove the right to act for ` +
					`the user.`,
				Next: "Set actor_token to a token of a user with that right.",
			},
			{
				Code:  "argument-empty",
				Text:  "The argument is empty.",
				Guide: "`basic_auth_header` requires both a client ID and a secret.",
			},
		},
	}
}
