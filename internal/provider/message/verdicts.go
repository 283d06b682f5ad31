package message

// Parts of several messages about missing roles.
const (
	applicable = "{{with .applicable}}the roles that apply are {{.}}{{else}}no role applies{{end}}"
	elseNoRole = "If the token was requested with both scopes, the user has no role in that project" +
		"{{with .organization}} that organization {{.}} granted{{end}}."
	requestRoles = "Request the token with the scopes {{.roles_scope}} and {{.project_scope}} (argument " +
		"project_ids). " + elseNoRole
)

// verdicts returns the messages about tokens that are not valid.
func verdicts() Section {
	return Section{
		Title: "A token that is not valid",
		Intro: "If a token is not valid, `zitadel_introspection` and `zitadel_token_verification` set `valid` to " +
			"false and list every reason in `failures`, with a code for programs and a detail. With " +
			"`fail_when_invalid`, they report an error with the same reasons.",
		Messages: []Message{
			{
				Code:  "token-rejected",
				Text:  "The token is not valid, and fail_when_invalid is set:",
				Guide: "The failures are listed below this line.",
			},
			{
				Failure: "inactive",
				Code:    "token-inactive",
				Text:    "ZITADEL reports that the token is not active, but not why. {{.reason}}",
				Guide: "The rest of the message is a hint: see [Why a token may be " +
					"inactive](#why-a-token-may-be-inactive).",
			},
			{
				Failure: "opaque_token",
				Code:    "token-opaque",
				Text:    "The token is opaque, so only ZITADEL can read it.",
				Next:    "Use zitadel_introspection, or set the service account's access token type to JWT.",
			},
			{
				Failure: "malformed",
				Code:    "token-malformed",
				Text:    "{{.reason}}",
				Guide: "The token cannot be read as a JWT. It was truncated or changed in transit, or was not " +
					"issued by ZITADEL. See [Values that are not JWTs](#values-that-are-not-jwts).",
			},
			{
				Failure: "malformed",
				Code:    "token-claims-malformed",
				Text:    "The signature is valid, but the claims cannot be read: {{.because}}.",
				Guide:   "The issuer signed a document that is not an access token.",
			},
			{
				Failure: "malformed",
				Code:    "token-without-expiry",
				Text:    `The token has no expiry time (claim "exp").`,
				Guide:   "The issuer signed a document that is not an access token.",
			},
			{
				Failure: "algorithm_not_allowed",
				Code:    "token-algorithm",
				Text:    `The token's algorithm is "{{.algorithm}}"; the allowed algorithms are {{.allowed}}.`,
				Guide:   "RS256, RS384, RS512, ES256, ES384, ES512 and EdDSA are supported.",
			},
			{
				Failure: "algorithm_not_allowed",
				Code:    "token-algorithm-of-key",
				Text:    `The token's algorithm is "{{.algorithm}}", but its key is for "{{.key_algorithm}}".`,
			},
			{
				Failure: "unknown_key",
				Code:    "token-without-key-id",
				Text:    "The token's header does not contain the ID of the key that signed it (kid).",
				Guide:   "ZITADEL did not issue the token: its tokens always contain the ID.",
			},
			{
				Failure: "unknown_key",
				Code:    "token-signing-key-unknown",
				Text: `The token was signed with key "{{.key}}", which {{.issuer}} does not publish: a ` +
					"different instance issued the token, or the key was deleted.",
			},
			{
				Failure: "unknown_key",
				Code:    "signing-keys-empty",
				Text: `The token was signed with key "{{.key}}", and {{.issuer}} publishes no key at the moment. ` +
					"ZITADEL v2 publishes a key when it signs the first token, and removes the key 30 hours after it " +
					"signs the last token.",
				Next: "Check that this instance issued the token.",
				Guide: "An instance whose key set is empty has signed no token within the last 30 hours. Either " +
					"a different instance issued this token, or the token is older than 30 hours. Since v3, new instances " +
					"publish their keys in advance.",
			},
			{
				Failure: "bad_signature",
				Code:    "token-signature",
				Text: `The signature was not made with key "{{.key}}": the token was changed after it was signed, ` +
					"or forged. Its claims are not reported.",
				Guide: "Do not use the token.",
			},
			{
				Failure: "wrong_issuer",
				Code:    "token-issuer",
				Text:    `The token's issuer is "{{.found}}", not "{{.expected}}".`,
				Guide: "The token is from a different instance, or was issued under a different host name of this instance. " +
					"The issuer must match exactly.",
			},
			{
				Failure: "expired",
				Code:    "token-expired",
				Text:    "The token expired at {{.expires_at}}; the server's time is {{.now}}.",
				Next:    "Request a new token.",
			},
			{
				Failure: "not_yet_valid",
				Code:    "token-not-yet-valid",
				Text:    "The token is valid from {{.valid_from}}, but the server's time is {{.now}}.",
				Next:    "If the clocks differ, correct them or set leeway.",
				Guide:   "`nbf` or `iat` is more than 2 seconds plus `leeway` ahead of the server's time.",
			},
			{
				Failure: "not_access_token",
				Code:    "token-not-access-token",
				Text:    "The token is {{.because}}.",
				Next:    "Pass the access token.",
				Guide: "The token is an ID token, a logout token or another JWT that the instance signs. See [A JWT " +
					"that is not an access token](#a-jwt-that-is-not-an-access-token). Pass `access_token`, not " +
					"`id_token`.",
			},
			{
				Failure: "missing_audience",
				Code:    "audience-missing",
				Text:    `The token's audience does not include {{.missing}}; it is {{or .audience "empty"}}.`,
				Next: "If required_audience is correct, set project_ids of zitadel_access_token to the IDs of the projects " +
					"that the token is for. Each ID adds a project to the audience.",
				Guide: "An entry of `required_audience` is not in the token's `aud`. `project_ids` adds the scope " +
					"`urn:zitadel:iam:org:project:id:{project ID}:aud` to the request.",
			},
			{
				Failure: "missing_audience",
				Code:    "audience-of-personal-access-token",
				Text: "This is a personal access token (the response has no client_id). It is valid for every " +
					"application and has no audience of its own, so required_audience cannot be satisfied.",
				Next: "Remove required_audience, and set required_roles.",
			},
			{
				Failure: "missing_scope",
				Code:    "scopes-missing",
				Text:    `The token's scope does not include {{.missing}}; it is {{or .scopes "empty"}}.`,
				Guide: "An entry of `required_scopes` is not in the token's scope. ZITADEL drops unknown scopes " +
					"without an error.",
			},
			{
				Failure: "missing_scope",
				Code:    "scopes-not-in-jwt",
				Text: "A JWT access token of ZITADEL has no scope claim, so required_scopes cannot be satisfied by " +
					"verification.",
				Next: "Use zitadel_introspection to check scopes, or required_roles to check what was granted.",
			},
			{
				Failure: "missing_role",
				Code:    "roles-missing",
				Text:    `The user lacks {{.missing}} {{template "grant" .}}; ` + applicable + ".",
				Next:    "Grant the role to the user in that project{{with .organization}} and in organization {{.}}{{end}}.",
				Guide:   "After you grant the role, the next introspection reports it, and the next JWT contains it.",
			},
			{
				Failure: "missing_role",
				Code:    "roles-not-reported",
				Text: `The response does not show {{.missing}} {{template "grant" .}}; ` + applicable +
					". {{.reason}}",
				Guide: "This does not mean that the role was not granted. The rest of the message is " +
					"[roles-of-other-project](#roles-of-other-project) or " +
					"[roles-limited-by-scope](#roles-limited-by-scope).",
			},
			{
				Failure: "missing_role",
				Code:    "roles-missing-in-jwt",
				Text: `The user lacks {{.missing}} {{template "grant" .}}; ` + applicable + ". If the token was " +
					"requested with scopes that begin with {{.prefix}}, it contains only the roles in those scopes.",
				Guide: "A JWT does not show which scopes it was requested with.",
			},
			{
				Failure: "missing_role",
				Code:    "roles-not-in-jwt",
				Text: `The token does not show whether the user has {{.missing}} {{template "grant" .}}: it ` +
					"contains no roles claim.",
				Next: requestRoles,
				Guide: "A JWT contains roles only if they were requested with `urn:zitadel:iam:org:projects:roles` " +
					"and the audience scope of the project (argument `project_ids`). Without these scopes, a JWT does not " +
					"show whether a role was granted.",
			},
			{
				Failure: "missing_role",
				Code:    "roles-without-project-in-jwt",
				Text: `The token does not show whether the user has {{.missing}} {{template "grant" .}}: it ` +
					"contains only roles without a project, which do not apply.",
				Next: requestRoles,
			},
			{
				Failure: "missing_role",
				Code:    "roles-of-other-project-in-jwt",
				Text: `The token does not show whether the user has {{.missing}} {{template "grant" .}}: it ` +
					"contains only roles of project {{.projects}}.",
				Next: "Check project_id, and request the token with the scopes {{.roles_scope}} and " +
					"{{.project_scope}}. " +
					elseNoRole,
			},
			{
				Failure: "impersonated",
				Code:    "token-impersonated",
				Text: `The token was issued to {{if .actor}}actor "{{.actor}}"{{with .actor_issuer}} (issuer ` +
					`"{{.}}"){{end}}{{else}}an actor without a subject{{end}} that acts for user "{{.subject}}", and ` +
					"forbid_impersonation is set.",
				Next:  "Use a token that the user requested, or remove forbid_impersonation to accept this token.",
				Guide: "The token has an `actor`: token exchange issued it to an actor that acts for a different user.",
			},
			{
				Code: "roles-of-other-project",
				Text: `The response contains {{if .projects}}only roles of project {{.projects}}{{else}}no roles{{end}}, ` +
					"because introspection reports only the roles in the project of the application whose credentials " +
					"it uses.",
				Next: "If the application is not in project {{.project}}, use the credentials of an application " +
					"that is.",
			},
			{
				Code: "roles-limited-by-scope",
				Text: "The token was requested with scopes for the roles {{.requested}}, so ZITADEL reports no " +
					"other roles.",
				Next: "Request the token without scopes that begin with {{.prefix}}, or with the scopes of all " +
					"required roles.",
				Guide: "These scopes are in the `scopes` argument of the block that requests the token.",
			},
		},
	}
}
