package message

// notApplicationID explains which of an application's two IDs client_id requires.
const notApplicationID = "{{.client_id_setting}} is the client ID of the application, not its application ID (called " +
	"resource ID in the console)."

// notClientID is the text about a client ID that might be a secret.
const notClientID = "The value of {{.client_id_setting}} does not have the form of an application's client ID, which " +
	"is a number, or a number followed by @ and the name of the project. {{.client_id_setting}} and " +
	"{{.client_secret_setting}} may be swapped."

// rejections returns the messages about credentials that ZITADEL rejected.
func rejections() Section {
	return Section{
		Title: "Rejected credentials",
		Intro: "ZITADEL rejected the request with status 400, 401 or 500, and rejected it again after its readiness " +
			"check had succeeded. These messages describe the likely causes. [Responses of " +
			"ZITADEL](#responses-of-zitadel) explains ZITADEL's own error texts.\n\nZITADEL returns `invalid_grant: " +
			"invalid assertion` at the token endpoint and `unauthorized_client` at the introspection endpoint, " +
			"whatever the cause: the user was deleted, the key was removed or has expired, the host belongs to " +
			"a different instance, the signature is invalid, or a clock is wrong. Up to v4.13, the token endpoint " +
			"returns status 500 `server_error` instead, as it also does if ZITADEL itself fails. ZITADEL names the " +
			"cause only if the user is deactivated or locked: `Errors.User.NotActive`. A message can " +
			"therefore list several causes.\n\nAfter v4.13, the instance feature `debugOidcParentError` adds the cause to " +
			"the response, in a `parent` member. The provider does not show this member. To see it, send the request with " +
			"`curl` and an assertion from `zitadel_client_assertion`. Disable the feature afterward. Up to v4.13, " +
			"the feature has no effect on this response.",
		Messages: []Message{
			{
				Code: "account-inactive",
				Text: "The service account is deactivated or locked.",
				Next: "Activate or unlock the account in ZITADEL. Tokens that were issued earlier remain inactive.",
			},
			{
				Code: "client-secret-wrong",
				Text: "The client secret is not the current secret of this service account. Generating a new secret " +
					"in ZITADEL invalidates the previous one.",
				Next: "Check {{.client_secret_setting}}, or generate a new secret.",
			},
			{
				Code: "client-secret-missing",
				Text: "The service account exists, but has no client secret.",
				Next: "Generate a client secret for the account in ZITADEL, or use a key.",
			},
			{
				Code: "service-account-unknown",
				Text: "No service account has this name. {{.client_id_setting}} must be the user name of the account, not its " +
					"user ID, its login name with a domain, or the client ID of an application.",
				Next: "Check {{.client_id_setting}}. If the service account was renamed, its user name has changed.",
			},
			{
				Code: "account-or-secret-wrong",
				Text: "The client ID and secret do not belong to an active service account of this instance.",
				Next: "Check {{.client_id_setting}} (the user name of the service account) and {{.client_secret_setting}}.",
			},
			{
				Code: "application-or-secret-wrong",
				Text: `{{with .client_id}}Client "{{.}}"{{else}}` + notClientID + ` The client{{end}} is not an active API ` +
					"application of this instance, the secret is wrong, or the application authenticates with a key " +
					"(private_key_jwt) and has no secret. A service account cannot introspect tokens with its client ID " +
					"and secret.",
				Next: "Check {{.client_id_setting}} and {{.client_secret_setting}} of the application in ZITADEL. " +
					notApplicationID,
			},
			{
				Code: "client-id-unlikely",
				Text: notClientID,
				Next: "Set client_id to the client ID of the application, and client_secret to its secret.",
			},
			{
				Code: "key-not-accepted",
				Text: "Key {{.key}} of {{.holder}} {{.subject}} was deleted in ZITADEL or has expired, the " +
					"{{.holder}} was deleted or deactivated, both belong to an instance other than {{.issuer}}, or " +
					"the private key does not belong to this key ID." +
					"{{with .expires_at}} According to its key JSON, the key expires at {{.}}.{{end}}",
				Next: "Look for key {{.key}} of the {{.holder}} in ZITADEL. If the key is missing, create a new key. If the key " +
					"exists, use the key JSON that ZITADEL issued for it.",
				Guide: "If the key exists, check that the account is active, that it belongs to this instance, and " +
					"that the key has not expired. An account that was deleted and created again has a new ID and " +
					"needs a new key. The key can be removed before the expiration date in its key JSON.",
			},
			{
				Code: "credentials-new",
				Text: "The credentials were created moments ago, and ZITADEL does not accept them yet. The provider " +
					"waited for up to two seconds and tried again.",
				Next: "If the credentials are that new, run the command again.",
				Guide: "ZITADEL can take more than a second to accept a key, a secret or an application that was " +
					"just created. The provider therefore waits one to two seconds before it repeats a request whose " +
					"credentials were rejected. In rare cases, ZITADEL takes longer: 19 seconds were measured once " +
					"with v2.62, and 30 seconds once with v2.71.",
			},
			{
				Code: "assertion-key-unknown",
				Text: `ZITADEL has no key "{{.key}}" of "{{.subject}}", or the signature is invalid: it was made with ` +
					`a different key, for different text such as a hash, or with PSS padding.`,
				Guide: "This applies to an assertion that was signed elsewhere. The private key must match the " +
					"public key in ZITADEL, and the signature must cover the header and the claims. A signature of " +
					"their hash, for example of the output of `sha256(...)`, causes the same response, and so does a " +
					"signature with PSS padding. `iss` and `sub` must be the user ID (not the name) of the service account, " +
					"or the client ID of the application.",
				Next: `Sign with RS256: with the padding PKCS#1 v1.5 (in Vault, signature_algorithm pkcs1v15) and ` +
					`SHA-256. Check that the key with this ID makes the signature. Set the header "kid" to the ` +
					`key ID, "iss" and "sub" to the ID of the ` +
					`{{.holder}}, and "aud" to exactly "{{.issuer}}".`,
			},
			{
				Code:  "assertion-audience",
				Text:  `The "aud" of the assertion does not contain exactly the issuer "{{.issuer}}".`,
				Guide: "`aud` is the issuer without a trailing slash, not the URL of the token endpoint.",
			},
			{
				Code:  "assertion-without-claim",
				Text:  `The assertion has no "{{.claim}}".`,
				Guide: "ZITADEL requires `iat`, `exp` and, in the header, `kid`.",
			},
			{
				Code: "assertion-without-key-id",
				Text: `The header of the assertion has no "kid", the ID of the key.`,
			},
			{
				Code:  "assertion-issued-in-future",
				Text:  `The "iat" of the assertion, {{.issued_at}}, is ahead of the server's clock, {{.now}}.`,
				Guide: "The signer's clock is ahead. Correct it, or set `iat` to a few seconds in the past.",
			},
			{
				Code: "assertion-too-old",
				Text: "The assertion was issued at {{.issued_at}}. ZITADEL rejects assertions that are older than " +
					"an hour.",
				Next:  "Sign a new assertion.",
				Guide: "ZITADEL checks the age in addition to `exp`.",
			},
			{
				Code:  "clock-skew",
				Text:  `{{template "clocks" .}}.`,
				Next:  "Correct the clock that is wrong.",
				Guide: "The clocks differ by more than a minute. `date -u` prints the time of this machine.",
			},
			{
				Code: "server-error-or-assertion",
				Text: "ZITADEL failed internally, for example because of a role key that it cannot process. Up to " +
					"v4.13, ZITADEL rejects an invalid assertion with the same response.",
				Next: `{{template "log" .}}`,
				Guide: "Status 500 `server_error`. If the key is valid, ZITADEL's log contains the cause. One " +
					"known cause is a user role with braces in its role key. Servers before v4.13 send no request " +
					"ID: search the log by time.",
			},
			{
				Code: "server-error-after-success",
				Text: "ZITADEL accepted these credentials at {{.accepted_at}}. Either it failed internally, for " +
					"example because of a role key that it cannot process, or the key has been deleted since then.",
				Next: `{{template "log" .}}`,
				Guide: "Status 500 `server_error`. Up to v4.13, an invalid key causes the same response, but this " +
					"key was valid earlier in the same process. Compare the scopes of this block with those of " +
					"blocks that succeeded. One known cause is a user role with braces in its role key.",
			},
			{
				Code:  "server-error",
				Text:  "ZITADEL failed internally.",
				Next:  `{{template "log" .}}`,
				Guide: "Status 500 from a server that is ready. ZITADEL's log contains the cause.",
			},
			{
				Code:  "rejection-unexplained",
				Text:  "The cause of this rejection is unknown.",
				Next:  `{{template "log" .}}`,
				Guide: "The response does not contain the cause, but ZITADEL's log does.",
			},
			{
				Code: "token-of-other-kind",
				Text: "The token is {{.because}}.",
				Next: "Pass an access token. To exchange a token of a different type, set its type.",
			},
			{
				Code: "token-not-jwt",
				Text: "The token is not a JWT: access tokens and personal access tokens can be opaque.",
				Next: "Pass a JWT, or set the type of the token to access_token.",
			},
			{
				Code: "userinfo-token-rejected",
				Text: "The token has expired or was revoked, it belongs to a different instance, or its user was deleted or " +
					"deactivated.",
				Next: "To find out why, introspect the token with zitadel_introspection. A JWT can also be verified " +
					"with zitadel_token_verification.",
				Guide: "ZITADEL's response is the same in all of these cases: status 401.",
			},
		},
	}
}

// exchanges returns the messages about rejected token exchanges.
func exchanges() Section {
	return Section{
		Title: "Rejected token exchanges",
		Intro: "For other causes, see [Rejected credentials](#rejected-credentials).",
		Messages: []Message{
			{
				Code: "exchange-disabled",
				Text: "Token exchange is disabled in this instance. Before v4.11, it is disabled by default.",
				Next: `Enable the instance feature oidcTokenExchange in the feature settings of the console, or send ` +
					`PUT /v2/features/instance with {"oidcTokenExchange": true}.`,
			},
			{
				Code: "exchange-application-inactive",
				Text: "The credentials do not belong to an active OIDC application. API applications and service " +
					"accounts cannot exchange tokens.",
				Next: "Use the key, or the client ID and secret, of an OIDC application.",
			},
			{
				Code: "exchange-secret-wrong",
				Text: `{{if not .client_id}}` + notClientID + ` {{end}}The secret is not the current secret of the OIDC ` +
					`application{{with .client_id}} "{{.}}"{{end}}, or the application authenticates with a key ` +
					"(private_key_jwt).",
				Next: "Check {{.client_id_setting}} and {{.client_secret_setting}} of the OIDC application in ZITADEL. " +
					notApplicationID,
			},
			{
				Code: "exchange-grant-type-missing",
				Text: "The application is not allowed to use the grant type Token Exchange.",
				Next: `Add "Token Exchange" to the application's grant types in ZITADEL.`,
			},
			{
				Code:  "exchange-scope",
				Text:  "An exchange cannot add scopes to those of the subject token.",
				Next:  "Request only scopes that the subject token has.",
				Guide: "ZITADEL up to v4.13 grants such scopes, so this message may appear only after an upgrade.",
			},
			{
				Code: "exchange-user-unknown",
				Text: "No user of this instance has the ID in subject_token, or the user was deleted.",
				Next: "Look up the ID of the user in ZITADEL. The ID consists of digits, and is neither the user name nor the " +
					"login name.",
			},
			{
				Code: "exchange-scope-of-user",
				Text: "A user ID has no scopes, so the exchange can request only scopes of the actor token. ZITADEL 4.15.3 " +
					"rejects all scopes in this case.",
				Next: "Remove scopes, or request only scopes that the actor token has.",
			},
			{
				Code: "exchange-audience",
				Text: "An exchange cannot add an entry to the audience of the subject token.",
				Next: "Request only audience entries that the subject token has.",
			},
			{
				Code: "subject-token-invalid",
				Text: "The subject token has expired or was revoked, it belongs to a different instance, its type is not the " +
					"type in subject_token_type, or its audience does not include the application's project.",
				Next: "To find out why, introspect the token with zitadel_introspection. To add the project to the " +
					"audience, request the token with project_ids = [\"{project ID}\"].",
				Guide: "ZITADEL up to v4.13 does not check the audience.",
			},
			{
				Code: "actor-token-invalid",
				Text: "The actor token has expired or was revoked, it belongs to a different instance, its type is not the " +
					"type in actor_token_type, or its audience does not include the project of the application.",
				Next: "To find out why, introspect the actor token with zitadel_introspection. To add the project to its " +
					"audience, set project_ids of zitadel_access_token.",
			},
			{
				Code: "impersonation-disabled",
				Text: "Impersonation is disabled in this instance.",
				Next: `Enable "Impersonation" in the instance's security settings (enableImpersonation in the ` +
					`settings API).`,
			},
			{
				Code: "impersonation-not-allowed",
				Text: "The actor has no role that allows it to impersonate this user.",
				Next: "Grant the actor an impersonator role in ZITADEL (IAM_ADMIN_IMPERSONATOR, " +
					"IAM_END_USER_IMPERSONATOR, ORG_ADMIN_IMPERSONATOR or ORG_END_USER_IMPERSONATOR).",
				Guide: "If the actor token was itself issued by impersonation, the user of the actor token needs the role. " +
					"ZITADEL v2.62 does not support such an actor token, and closes the connection without a response.",
			},
		},
	}
}

// revocations returns the messages about tokens that could not be revoked.
func revocations() Section {
	const next = "Set revoke_with to the key, or to the client ID and secret, of an active OIDC application."
	return Section{
		Title: "Revocation",
		Intro: "A failed revocation is a warning, because the run is complete. The token remains valid until it " +
			"expires. To invalidate it earlier, deactivate the service account, which invalidates all of its tokens " +
			"at once.",
		Messages: []Message{
			{
				Code: "token-not-revoked",
				Text: "The token was not revoked, and remains valid until {{.expires_at}}.",
			},
			{
				Code: "revoker-not-in-audience",
				Text: "The token's audience does not include the client ID of revoke_with, or the credentials in " +
					"revoke_with belong to a different application.",
				Next: next,
				Guide: "The provider adds the client ID to the audience when it requests the token. Check that the " +
					"client ID in `revoke_with` belongs to the same application as the key or the secret.",
			},
			{
				Code: "revoker-inactive",
				Text: "The client of revoke_with is not an active OIDC application. API applications and service " +
					"accounts cannot revoke tokens.",
				Next: next,
			},
			{
				Code: "revoker-secret-wrong",
				Text: "The secret or key of revoke_with does not belong to this OIDC application.",
				Next: "Check the client secret or the key of revoke_with in ZITADEL.",
			},
			{
				Code:  "revocation-timeout",
				Text:  "No response arrived within {{.limit}}.",
				Guide: "A revocation may take at most five seconds, including its retries.",
			},
			{
				Code: "revocation-delayed",
				Text: "The revocation was not sent within {{.limit}}, because other requests to the endpoint did not " +
					"finish in time.",
				Guide: "The provider sends up to 100 revocations at a time. The instance responds too slowly, or not at all.",
			},
			{
				Code: "revocation-not-sent",
				Text: "The revocation was not sent, because revocations after an interrupt may take at most " +
					"{{.limit}} in total.",
				Guide: "Earlier revocations of the interrupted run used up this time, because the instance did not " +
					"respond.",
			},
			{
				Code: "revocable-unreadable",
				Text: "The token was not revoked, because the private data of the block cannot be read. The token remains " +
					"valid until it expires.",
			},
		},
	}
}
