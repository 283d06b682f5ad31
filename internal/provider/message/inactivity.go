package message

// projectHint explains which audience introspection requires, and how to request it.
const projectHint = "The audience must contain client ID {{.application}} of the application that introspects the " +
	"token, or the ID of that application's project. To add a project, set project_ids of zitadel_access_token, or " +
	"request the token with a scope of the form urn:zitadel:iam:org:project:id:{project ID}:aud."

// hiddenCauses lists the causes that a token's content does not show.
const hiddenCauses = "The provider cannot detect whether the token was revoked, its user is deactivated, or ZITADEL " +
	"failed internally: the response is the same in all of these cases."

// inactivity returns the messages about possible reasons for a token to be inactive.
func inactivity() Section {
	return Section{
		Title: "Why a token may be inactive",
		Intro: "ZITADEL returns `{\"active\": false}` in all of these cases:\n\n- The audience contains neither " +
			"the application that introspects the token nor its project. This is the usual cause if a new token is " +
			"inactive. The scope `urn:zitadel:iam:org:project:id:{project ID}:aud` (argument `project_ids`) adds the " +
			"project to the audience.\n- The token has expired or was revoked, or its user is " +
			"deactivated, locked or deleted. The token remains inactive even if a deactivated user is activated " +
			"again.\n- A different instance issued the token, or a JWT was issued under a different host " +
			"name of this instance.\n- The token was truncated or changed.\n- ZITADEL failed internally. The provider detects " +
			"an outage with `/debug/ready`. Other failures cannot be distinguished from an inactive token.\n\nThese " +
			"texts are parts of the detail of [token-inactive](#token-inactive). They are hints: the token is " +
			"decoded, but its signature is not verified.",
		Messages: []Message{
			{
				Code: "inactive-opaque",
				Text: "The token is opaque, so only ZITADEL can read it. The token may have expired, or may belong to " +
					"a different instance. " + projectHint + " " + hiddenCauses,
			},
			{
				Code:  "inactive-unreadable",
				Text:  "It cannot be read as a JWT: {{.because}}.",
				Guide: "Compare the length of the token with the length of the token that ZITADEL issued.",
			},
			{
				Code: "inactive-claims-unreadable",
				Text: "It is a JWT whose claims cannot be read: {{.because}}.",
			},
			{
				Code: "inactive-evidence",
				Text: "Its content, which is not verified, suggests the cause: {{.reason}} " + hiddenCauses,
			},
			{
				Code: "inactive-without-evidence",
				Text: "Its content, which is not verified, suggests no cause. " + hiddenCauses,
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
				Code:  "inactive-audience",
				Text:  `Its audience is {{or .audience "empty"}}.`,
				Next:  projectHint,
				Guide: "The content of a token does not show other causes, such as a revocation.",
			},
		},
	}
}
