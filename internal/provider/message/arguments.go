package message

// arguments returns the messages about arguments of several blocks and functions.
func arguments() Section {
	return Section{
		Title: "Arguments",
		Messages: []Message{
			{
				Code:  "value-empty",
				Text:  "The value is empty.",
				Next:  "Set a value, or remove the argument.",
				Guide: "An empty value often comes from a variable that is not set in the pipeline.",
			},
			{
				Code: "value-whitespace",
				Text: `The value contains {{template "character" .}} that does not belong to it.`,
				Next: "{{with .suggestion}}Write {{.}}.{{else}}Remove it.{{end}} If the value was read from a file, use " +
					"trimspace(file(...)).",
				Guide: "Invisible characters are often copied from a web page, an email or a terminal.",
			},
			{
				Code:  "value-quoted",
				Text:  "The value contains quotation marks that do not belong to it.",
				Next:  "{{with .suggestion}}Write {{.}}.{{else}}Remove them.{{end}}",
				Guide: "In an env file of Docker and in many CI systems, quotation marks become part of the value.",
			},
			{
				Code: "value-placeholder",
				Text: "The value contains a placeholder that was not replaced.",
				Next: "Replace it by the value. A variable of the shell is not replaced in HCL: write var.name, and set " +
					"TF_VAR_name.",
			},
			{
				Code:  "duration-invalid",
				Text:  "The value is not a duration.",
				Next:  "Write it like 90s, 5m or 1h30m.",
				Guide: "There is no unit for days.",
			},
			{
				Code: "duration-too-short",
				Text: "The duration must be at least {{.least}}.",
			},
			{
				Code: "duration-too-long",
				Text: "The duration must be at most {{.most}}.",
			},
			{
				Code: "token-empty",
				Text: "The token is empty.",
				Next: "Pass the token itself.",
			},
			{
				Code: "token-whitespace",
				Text: "The token contains whitespace.",
				Next: `If it was read from a file, use trimspace(file(...)). Remove a leading "Bearer ".`,
			},
			{
				Code: "scope-empty",
				Text: "A scope is empty.",
				Next: "Remove it.",
			},
			{
				Code: "scope-space",
				Text: "A scope contains a space.",
				Next: "Write each scope as a separate entry.",
			},
			{
				Code: "scope-characters",
				Text: "A scope contains a character that is not allowed.",
				Next: "Use only printable ASCII without quotes and backslashes (RFC 6749 section 3.3).",
			},
			{
				Code: "scope-role",
				Text: "The role key in the scope cannot be used:",
			},
			{
				Code: "scope-shows-no-grant",
				Text: "A role in the scope shows only that it was requested, not that it was granted.",
				Next: `Set required_roles = ["{{.role}}"].`,
			},
			{
				Code: "role-empty",
				Text: "The role key is empty.",
			},
			{
				Code: "role-is-scope",
				Text: "The value is a whole scope.",
				Next: "Pass the role key alone.",
			},
			{
				Code: "role-space",
				Text: "The role key contains a space, which separates scopes, so it cannot be requested in a scope.",
				Next: "Rename the role in ZITADEL, or request {{.roles_scope}}, which requests all roles.",
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
				Code: "id-characters",
				Text: "The value cannot be part of a scope, which may contain only printable ASCII without spaces, quotes " +
					"and backslashes (RFC 6749 section 3.3).",
				Next: "Check the ID.",
			},
			{
				Code: "id-is-scope",
				Text: "The value contains a colon.",
				Next: "Pass the ID alone, not a whole scope.",
			},
			{
				Code:    "project-id-missing",
				Summary: "Unable to use required_roles",
				Text: "required_roles is set without project_id. A token can contain roles of several projects, which are " +
					"never merged.",
				Next: "Set project_id to the project whose roles apply.",
			},
			{
				Code:    "actor-token-missing",
				Summary: "Unable to use actor_token_type",
				Text:    "actor_token_type is set without actor_token.",
				Next:    "Set both, or neither.",
			},
			{
				Code:    "user-id-without-actor",
				Summary: "Unable to use subject_token",
				Text:    "A user ID in place of a token shows no right to act for that user.",
				Next:    "Set actor_token to a token of the user who may act for that user.",
			},
			{
				Code: "argument-empty",
				Text: "The value is empty.",
			},
		},
	}
}
