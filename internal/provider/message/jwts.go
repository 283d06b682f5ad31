package message

// kinds returns the messages about JWTs that are not access tokens.
func kinds() Section {
	return Section{
		Title: "A JWT that is not an access token",
		Intro: "These texts are parts of other messages. They describe the kind of the token and the evidence for " +
			"it: the claims, or the type (`typ`) in the header. An instance signs ID tokens, logout tokens and the " +
			"payloads of ZITADEL Actions with the same keys as access tokens.",
		Messages: []Message{
			{
				Code: "kind-id-token",
				Text: `An ID token, not an access token: it has the claim "{{.claim}}". It identifies a user to an ` +
					`application.`,
			},
			{
				Code: "kind-logout-token",
				Text: `A logout token, not an access token: {{if .type}}its type is "{{.type}}"{{else}}it has the ` +
					`claim "events"{{end}}. It notifies an application of the end of a session.`,
			},
			{
				Code: "kind-security-event",
				Text: `A security event token, not an access token: {{if .type}}its type is "{{.type}}"{{else}}it ` +
					`has the claim "events"{{end}}. It notifies an application of an event.`,
			},
			{
				Code: "kind-assertion",
				Text: "A client assertion, not an access token: its issuer equals its subject. It authenticates a " +
					"client at an endpoint.",
			},
			{
				Code: "kind-other-type",
				Text: `A JWT of type "{{.type}}", not an access token: the type of an access token is JWT or at+jwt.`,
			},
			{
				Code: "kind-unknown",
				Text: `A JWT of unknown kind, not an access token: it has no claim "jti", which every access token ` +
					"has. An instance signs the payloads of ZITADEL Actions with the same keys.",
			},
		},
	}
}

// jwts returns the messages about values that are not JWTs.
func jwts() Section {
	return Section{
		Title: "Values that are not JWTs",
		Intro: "These messages are errors of `decode_jwt`, or parts of the detail of " +
			"[token-malformed](#token-malformed). A signed JWT has three parts, separated by dots. If a token was " +
			"truncated or changed, request it again. If it ends with a line break, use `trimspace(...)`.",
		Messages: []Message{
			{
				Code:  "jwt-too-large",
				Text:  "The token is larger than 1 MiB.",
				Guide: "ZITADEL's tokens are smaller.",
			},
			{
				Code:  "jwt-too-large-to-decode",
				Text:  "The token is larger than 64 KiB, the limit of decode_jwt.",
				Guide: "ZITADEL's tokens are smaller.",
			},
			{
				Code: "jwt-encrypted",
				Text: "The token is encrypted (a JWE), so only ZITADEL can read it. Opaque access tokens and " +
					"personal access tokens have this form.",
				Next: "Use zitadel_introspection instead.",
			},
			{
				Code: "jwt-opaque",
				Text: "The token is opaque: it is not a JWT, which has three parts separated by dots.",
				Next: "Use zitadel_introspection instead.",
			},
			{
				Code: "jwt-parts",
				Text: "The token has {{.parts}} parts separated by dots, so it is not a JWT, which has three parts. " +
					"It was truncated, is not signed, or was joined with other text.",
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
				Text: `The token is not signed: its header contains no algorithm (alg), or the algorithm "none".`,
			},
			{
				Code: "jwt-without-signature",
				Text: "The token is not signed: it has no signature in base64url.",
			},
		},
	}
}
