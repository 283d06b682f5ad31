package message

// The advice of several messages about missing roles.
const (
	applicable = "the roles that apply are {{or .applicable \"none\"}}"
	ifBoth     = "If it was requested with both, the user has no role in that project."
	asRoles    = "Request it with the scopes {{.roles_scope}} and {{.project_scope}}. " + ifBoth
)

// verdicts returns the messages about tokens that are not valid.
func verdicts() Section {
	return Section{
		Title: "A token that is not valid",
		Intro: "The result `failures` of `zitadel_introspection` and `zitadel_token_verification` lists every reason, " +
			"with a code for programs and a detail. With `fail_when_invalid`, they are in the diagnostic " +
			"`Unable to accept token`.",
		Messages: []Message{
			{
				Code: "token-rejected",
				Text: "The token is not valid, and fail_when_invalid is set:",
			},
			{
				Failure: "inactive",
				Code:    "token-inactive",
				Text:    "ZITADEL reports that the token is not active, without a reason. {{.reason}}",
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
			},
			{
				Failure: "malformed",
				Code:    "token-claims-malformed",
				Text:    "The signature is valid, but the claims cannot be read: {{.because}}.",
			},
			{
				Failure: "malformed",
				Code:    "token-without-expiry",
				Text:    `The token has no expiry time (claim "exp").`,
			},
			{
				Failure: "algorithm_not_allowed",
				Code:    "token-algorithm",
				Text:    `The token's algorithm is "{{.algorithm}}"; allowed are {{.allowed}}.`,
			},
			{
				Failure: "algorithm_not_allowed",
				Code:    "token-algorithm-of-key",
				Text:    `The token's algorithm is "{{.algorithm}}", but its key is for "{{.key_algorithm}}".`,
			},
			{
				Failure: "unknown_key",
				Code:    "token-without-key-id",
				Text:    "The token's header does not name the key that signed it (kid).",
			},
			{
				Failure: "unknown_key",
				Code:    "token-signing-key-unknown",
				Text: `The token was signed with key "{{.key}}", which {{.issuer}} does not publish: another instance ` +
					"issued the token, or the key was deleted.",
			},
			{
				Failure: "unknown_key",
				Code:    "signing-keys-empty",
				Text: `The token was signed with key "{{.key}}", and {{.issuer}} has not published a key yet. Older versions ` +
					"of ZITADEL publish a key when they sign the first token, and remove it 30 hours after the last one.",
				Next: "Check that this instance issued the token.",
			},
			{
				Failure: "bad_signature",
				Code:    "token-signature",
				Text: `The signature was not made with key "{{.key}}": the token was changed after it was signed, or forged. ` +
					"Its claims are not reported.",
			},
			{
				Failure: "wrong_issuer",
				Code:    "token-issuer",
				Text:    `The token's issuer is "{{.found}}", not "{{.expected}}".`,
			},
			{
				Failure: "expired",
				Code:    "token-expired",
				Text:    "The token expired at {{.expires_at}}, and the server's time is {{.now}}.",
			},
			{
				Failure: "not_yet_valid",
				Code:    "token-not-yet-valid",
				Text:    "The token is valid from {{.valid_from}}, and the server's time is {{.now}}.",
				Next:    "If the clocks differ, correct them or set leeway.",
			},
			{
				Failure: "not_access_token",
				Code:    "token-not-access-token",
				Text:    "The token is {{.because}}.",
				Next:    "Pass the access token.",
			},
			{
				Failure: "missing_audience",
				Code:    "audience-missing",
				Text:    `The token's audience lacks {{.missing}}; it has {{or .audience "none"}}.`,
				Next:    "Request the token with project_ids, each of which adds a project to the audience.",
			},
			{
				Failure: "missing_audience",
				Code:    "audience-of-personal-access-token",
				Text: "This is a personal access token (the response has no client_id). It is valid for every application " +
					"and has no audience of its own, so required_audience cannot be satisfied.",
			},
			{
				Failure: "missing_scope",
				Code:    "scopes-missing",
				Text:    `The token's scope lacks {{.missing}}; it has {{or .scopes "none"}}.`,
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
			},
			{
				Failure: "missing_role",
				Code:    "roles-not-reported",
				Text: `The response does not show {{.missing}} {{template "grant" .}}; ` + applicable +
					". {{.reason}}",
			},
			{
				Failure: "missing_role",
				Code:    "roles-missing-in-jwt",
				Text: `The user lacks {{.missing}} {{template "grant" .}}; ` + applicable + ". If the token was requested " +
					"with scopes that begin with {{.prefix}}, it contains only the roles in those scopes.",
			},
			{
				Failure: "missing_role",
				Code:    "roles-not-in-jwt",
				Text: `The token does not show whether the user has {{.missing}} {{template "grant" .}}: it contains no ` +
					"roles claim.",
				Next: asRoles,
			},
			{
				Failure: "missing_role",
				Code:    "roles-without-project-in-jwt",
				Text: `The token does not show whether the user has {{.missing}} {{template "grant" .}}: it contains only ` +
					"roles without a project, which do not apply.",
				Next: asRoles,
			},
			{
				Failure: "missing_role",
				Code:    "roles-of-other-project-in-jwt",
				Text: `The token does not show whether the user has {{.missing}} {{template "grant" .}}: it contains roles ` +
					"of project {{.projects}} only.",
				Next: "Check project_id, and request the token with the scopes {{.roles_scope}} and {{.project_scope}}. " +
					ifBoth,
			},
			{
				Failure: "impersonated",
				Code:    "token-impersonated",
				Text: `The token was issued to {{if .actor}}actor "{{.actor}}"{{with .actor_issuer}} (issuer "{{.}}"){{end}}` +
					`{{else}}an actor without a subject{{end}}, who acts for user "{{.subject}}", and ` +
					"forbid_impersonation is set.",
			},
			{
				Code: "roles-of-other-project",
				Text: `It contains {{if .projects}}roles of project {{.projects}} only{{else}}no roles at all{{end}}, ` +
					"because introspection reports the roles in the project of the application whose credentials it uses.",
				Next: "If that is not project {{.project}}, use credentials of an application of that project.",
			},
			{
				Code: "roles-limited-by-scope",
				Text: "The token was requested with scopes for the roles {{.requested}}, so ZITADEL reports no other roles.",
				Next: "Request it without scopes that begin with {{.prefix}}, or with those of all required roles.",
			},
		},
	}
}

// kinds returns the messages about JWTs that are not access tokens.
func kinds() Section {
	return Section{
		Title: "A JWT that is not an access token",
		Intro: "These messages are parts of others. An instance signs ID tokens, logout tokens and the payloads of " +
			"actions with the same keys as access tokens.",
		Messages: []Message{
			{
				Code: "kind-id-token",
				Text: `An ID token, not an access token: it has the claim "{{.claim}}". It identifies a user to an application.`,
			},
			{
				Code: "kind-logout-token",
				Text: `A logout token, not an access token: {{if .type}}its type is "{{.type}}"{{else}}it has the claim ` +
					`"events"{{end}}. It notifies an application that a session has ended.`,
			},
			{
				Code: "kind-security-event",
				Text: `A security event token, not an access token: {{if .type}}its type is "{{.type}}"{{else}}it has the ` +
					`claim "events"{{end}}. It notifies an application of an event.`,
			},
			{
				Code: "kind-assertion",
				Text: "A client assertion, not an access token: its issuer is its subject. It authenticates a client at an " +
					"endpoint.",
			},
			{
				Code: "kind-other-type",
				Text: `A JWT of type "{{.type}}", not an access token: the type of an access token is JWT or at+jwt.`,
			},
			{
				Code: "kind-unknown",
				Text: `A JWT of unknown kind, not an access token: it has no claim "jti", which every access token has. An ` +
					"instance signs the payloads of actions with the same keys.",
			},
		},
	}
}

// projectHint is the advice for an audience that introspection requires.
const projectHint = "The audience must contain the project of application {{.application}}, or that application. To add " +
	"a project, set project_ids when you request the token."

const unseen = "The token may have been revoked, its user may be deactivated, or ZITADEL may have failed internally, " +
	"which causes the same response."

// inactivity returns the messages about possible reasons of an inactive token.
func inactivity() Section {
	return Section{
		Title: "Why a token may be inactive",
		Intro: "These messages are parts of the detail of `inactive`. ZITADEL reports no reason, so they are hints: the " +
			"token is decoded, and not verified.",
		Messages: []Message{
			{
				Code: "inactive-opaque",
				Text: "The token is opaque, so only ZITADEL can read it. It may have expired or belong to another instance. " +
					projectHint + " " + unseen,
			},
			{
				Code: "inactive-unreadable",
				Text: "It cannot be read as a JWT: {{.because}}.",
			},
			{
				Code: "inactive-claims-unreadable",
				Text: "It is a JWT whose claims cannot be read: {{.because}}.",
			},
			{
				Code: "inactive-evidence",
				Text: "Its content, which is not verified, shows this: {{.reason}} " + unseen,
			},
			{
				Code: "inactive-without-evidence",
				Text: "Its content, which is not verified, shows no reason. " + unseen,
			},
			{
				Code: "inactive-not-access-token",
				Text: "It is {{.because}}.",
			},
			{
				Code: "inactive-expired",
				Text: "It expired at {{.expires_at}}.",
			},
			{
				Code: "inactive-issuer",
				Text: `Its issuer is "{{.found}}", not "{{.expected}}".`,
			},
			{
				Code: "inactive-audience",
				Text: `Its audience is {{or .audience "none"}}.`,
				Next: projectHint,
			},
		},
	}
}

// jwts returns the messages about texts that are not JWTs.
func jwts() Section {
	return Section{
		Title: "A text that is not a JWT",
		Intro: "Of `decode_jwt` and of the detail of `malformed`. A signed JWT has three parts, separated by dots.",
		Messages: []Message{
			{
				Code: "jwt-too-large",
				Text: "The token is larger than 1 MiB.",
			},
			{
				Code: "jwt-too-large-to-decode",
				Text: "The token is larger than 64 KiB, the limit of decode_jwt.",
			},
			{
				Code: "jwt-encrypted",
				Text: "The token is encrypted (a JWE), so only ZITADEL can read it. Opaque access tokens and personal access " +
					"tokens have this form.",
				Next: "Use zitadel_introspection.",
			},
			{
				Code: "jwt-opaque",
				Text: "The token is opaque: it is not a JWT, which has three parts separated by dots.",
				Next: "Use zitadel_introspection.",
			},
			{
				Code: "jwt-parts",
				Text: "The token has {{.parts}} parts, so it is not a JWT, which has three parts separated by dots: it was " +
					"truncated or joined with other text.",
			},
			{
				Code: "jwt-base64",
				Text: "The token's {{.part}} is not base64url, so it is not a JWT.",
			},
			{
				Code: "jwt-header",
				Text: "The token's header cannot be read: {{.because}}.",
			},
			{
				Code: "jwt-header-invalid",
				Text: "The token's header is not a valid JOSE header.",
			},
			{
				Code: "jwt-extension",
				Text: `The token's header requires extensions (member "{{.member}}"), and no extension is supported.`,
			},
			{
				Code: "jwt-payload",
				Text: "The token's payload cannot be read: {{.because}}.",
			},
			{
				Code: "jwt-without-algorithm",
				Text: "The token is not signed: its header names no algorithm.",
			},
			{
				Code: "jwt-without-signature",
				Text: "The token is not signed: it has no signature in base64url.",
			},
			{
				Code: "jwt-value",
				Text: "The token contains a value that cannot be represented in HCL: {{.because}}.",
			},
		},
	}
}
