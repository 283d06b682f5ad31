package message

// keys returns the messages about the members of a key JSON, about signing, and about
// assertions that were signed elsewhere.
func keys() Section {
	return Section{
		Title: "Keys",
		Intro: "All errors in a key are reported at once. A message never contains a private key. The only " +
			"values from a key that it can contain are the IDs, the expiration date, the type of the key and the type of " +
			"the PEM block.\n\nThe key JSON of a " +
			"service account has the members `type`, `keyId`, `key` and `userId`; the key JSON of an application has " +
			"`type`, `keyId`, `key`, `clientId` and `appId`. All members are strings. " +
			"`expirationDate` is optional, and so is `keyId` in a key for the System API.",
		Messages: []Message{
			{
				Code: "key-member-missing",
				Text: `Member "{{.member}}" is missing.`,
				Next: issuedKey,
			},
			{
				Code: "key-id-missing",
				Text: `Member "{{.member}}" is missing. ZITADEL needs the key ID to find the public key of an assertion, ` +
					`except in the System API.`,
				Next: `Use the key JSON that ZITADEL issued, or add the ID that the key has in ZITADEL: ` +
					`jsonencode({ ..., keyId = "KEY-ID" }).`,
				Variable: `Use the key JSON that ZITADEL issued, or add the ID that the key has in ZITADEL as member ` +
					`"keyId".`,
				Guide: "`zitadel_client_assertion` and `zitadel_key_info` also accept a key JSON without `keyId`, for " +
					"[the System API](system-api.md). All other blocks require it.",
			},
			{
				Code: "key-member-renamed",
				Text: `Member "{{.member}}" is missing, but there is a member "{{.found}}".`,
				Next: `Rename it to "{{.member}}".`,
				Guide: "ZITADEL's names are `keyId`, `userId`, `clientId`, `appId` and `key`, with exactly this " +
					"capitalization. The JSON of a Google service account has `private_key_id` and `private_key`. " +
					"It looks similar, but is not a ZITADEL key.",
			},
			{
				Code: "key-member-empty",
				Text: `Member "{{.member}}" is empty.`,
				Next: issuedKey,
			},
			{
				Code: "key-member-not-string",
				Text: `Member "{{.member}}"{{.inside}} is {{.found}}; expected a string.`,
				Next: `{{if eq .member "expirationDate"}}Write a time such as "2030-01-31T00:00:00Z", or remove the member` +
					`{{else if or (ne .found "a number") (eq .member "type" "key")}}` + useIssuedKey +
					`{{else}}Write the value in quotes{{end}}.`,
				Guide: "An ID is a string even if it has only digits: `\"keyId\": \"123\"`.",
			},
			{
				Code:  "key-member-repeated",
				Text:  `Member "{{.member}}" occurs more than once.`,
				Next:  issuedKey,
				Guide: "Programs differ in which of the values they read. Two key JSONs may have been merged.",
			},
			{
				Code: "key-member-not-id",
				Text: `Member "{{.member}}" is not a valid ID: an ID has at most 100 characters, is ASCII, ` +
					`and contains neither whitespace nor "-----".`,
				Next:  issuedKey,
				Guide: "The member may contain the value of a different member, such as the private key.",
			},
			{
				Code: "key-type-google",
				Text: `Member "type" is "service_account", as in the key of a Google service account. ` +
					`ZITADEL's type is "serviceaccount".`,
				Next: issuedKey,
			},
			{
				Code: "key-type-unknown",
				Text: `Member "type" is {{if .found}}"{{.found}}"{{else}}not the type of a key{{end}}; expected "serviceaccount" ` +
					`or "application".`,
				Next: issuedKey,
			},
			{
				Code: "key-expiration-invalid",
				Text: `Member "expirationDate" is not a valid RFC 3339 time.`,
				Next: `Write a time such as "2030-01-31T00:00:00Z", or remove the member.`,
				Guide: "Without the member, the provider cannot report that the key has expired or expires soon. " +
					"In UTC, the year must be from 1 to 9999.",
			},
			{
				Code: "key-not-pem",
				Text: `{{.it}} is not a complete PEM{{.inside}}.`,
				Next: `Use the unchanged value: it starts with "-----BEGIN RSA PRIVATE KEY-----" and ends with ` +
					`"-----END RSA PRIVATE KEY-----".`,
				Guide: "The text is truncated, or its first or last line is missing. " +
					"Line breaks do not matter: they can be CRLF, `\\n` as two characters, other whitespace, or missing.",
			},
			{
				Code:  "key-pem-trailing",
				Text:  `Member "key" contains text after the private key.`,
				Next:  `Remove everything after the line that starts with "-----END".`,
				Guide: "For example, a certificate may follow the private key.",
			},
			{
				Code:  "key-encrypted",
				Text:  `{{.it}} is encrypted with a passphrase{{.inside}}.`,
				Next:  `Decrypt the private key, or use the unchanged key JSON that ZITADEL issued.`,
				Guide: "The provider has no argument for a passphrase. ZITADEL issues keys without a passphrase.",
			},
			{
				Code: "key-member-is-key-json",
				Text: `Member "{{.member}}" is a key JSON, not a private key in PEM format.`,
				Next: `Set the member to the private key in that key JSON, or use that key JSON itself.`,
			},
			{
				Code: "key-member-encoded",
				Text: `Member "key" is an encoded PEM.`,
				Next: `Write key_json = jsonencode(merge({{.decoded}}, { key = {{.expression}} })){{if .path}} instead of ` +
					`key_file{{else}}, where ... is the current value{{end}}.`,
				Variable: `Replace the value of "key" with the decoded PEM.`,
				Guide:    "The PEM may be in base64, or a JSON string inside the JSON string.",
			},
			{
				Code: "key-is-ssh",
				Text: `{{.it}} is a key in {{.found}} format{{.inside}}.`,
				Next: issuedKey,
			},
			{
				Code: "key-is-certificate",
				Text: `{{.it}} is a certificate{{.inside}}, which contains only the public key. Signing requires the private key.`,
				Next: issuedKey,
			},
			{
				Code: "key-is-ec",
				Text: `{{.it}} is an EC key{{.inside}}. ZITADEL accepts only RSA keys.`,
				Next: issuedKey,
			},
			{
				Code: "key-is-public",
				Text: `{{.it}} is a public key{{.inside}}. Signing requires the private key.`,
				Next: issuedKey + ` If it is lost, create a new key in ZITADEL.`,
			},
			{
				Code: "key-not-rsa",
				Text: `{{.it}} is not an RSA key{{.inside}}. ZITADEL accepts only RSA keys.`,
				Next: issuedKey,
			},
			{
				Code: "key-pem-type",
				Text: `{{.it}} is a PEM of {{if .found}}type "{{.found}}"{{else}}unknown type{{end}}{{.inside}}; expected an RSA ` +
					`private key.`,
				Next: `Use a PEM of type "RSA PRIVATE KEY" (PKCS#1) or "PRIVATE KEY" (PKCS#8).`,
			},
			{
				Code: "key-damaged",
				Text: `{{.it}} is a PEM that does not contain a valid RSA private key{{.inside}}.`,
				Next: issuedKey + ` If it is lost, create a new key in ZITADEL.`,
				Guide: "Lines of the PEM were lost or changed, or its type does not match its content: " +
					"`RSA PRIVATE KEY` is PKCS#1, and `PRIVATE KEY` is PKCS#8.",
			},
			{
				Code: "key-size",
				Text: `{{.it}} is an RSA key of {{.bits}} bits{{.inside}}. Keys of {{.min}} to {{.max}} bits are supported.`,
				Next: `Create a new key in ZITADEL.`,
			},
			{
				Code: "key-expired",
				Text: "{{with .key}}Key {{.}}{{else}}The key{{end}} of {{.holder}} {{.subject}} expired at {{.expires_at}}.",
				Next: "Create a new key in ZITADEL, and use it instead.",
				Guide: "The time is from the member `expirationDate` in the key JSON. If the key should still be " +
					"valid, check the clock of this machine.",
			},
			{
				Code: "key-cannot-sign",
				Text: `Unable to sign an assertion with the key{{with .key}} "{{.}}"{{end}}: {{.because}}.`,
				Next: reportBug,
			},
			{
				Code: "assertion-is-token",
				Text: "The value is an access token or an ID token, not an assertion: the issuer of an assertion " +
					"equals its subject.",
				Next: "Use an access token directly, without credentials. To authenticate with an assertion, set assertion to a " +
					"JWT that was signed with a key of the service account or application.",
				Variable: "Use an access token directly, without credentials. To authenticate with an assertion, set " +
					"{{.variable}} to a JWT that was signed with a key of the service account or application.",
			},
			{
				Code: "assertion-without-signature",
				Text: "The assertion has no signature.",
				Next: "If the value is the result of assertion_signing_input, sign it, and set assertion to the result of " +
					"signed_assertion. If a script signs the assertion, check that the signer succeeded.",
				Variable: "If the value is the result of assertion_signing_input, sign it, and set {{.variable}} to the result " +
					"of signed_assertion. If a script signs the assertion, check that the signer succeeded.",
				Guide: "A shell without `pipefail` ignores the failure of every command in a pipeline except the last one. If " +
					"the signer fails, a script can therefore print only the header and the claims.",
			},
			{
				Code: "assertion-not-jwt",
				Text: `The assertion is not a signed JWT. A signed JWT has three base64url parts, separated by dots, ` +
					`and an asymmetric signature.`,
				Next:     `Set assertion to the output of the signer, without a JSON document around it.`,
				Variable: `Set {{.variable}} to the output of the signer, without a JSON document around it.`,
				Guide:    "Sign with the algorithm RS256, and set the `kid` header to the key ID.",
			},
			{
				Code: "assertion-payload-invalid",
				Text: `The assertion is not a JWT, because its payload is not a JSON object.`,
				Next: `Sign a JSON object with the claims "iss", "sub", "aud", "iat" and "exp".`,
			},
			{
				Code:  "assertion-claim-invalid",
				Text:  `The assertion contains an invalid claim: {{.because}}.`,
				Next:  `Sign an assertion with valid claims (RFC 7519).`,
				Guide: "`sub` is a string. `iat` and `exp` are seconds since 1970, up to the end of the year 9999.",
			},
			{
				Code: "assertion-expired",
				Text: "The assertion expired at {{.expires_at}}.",
				Next: `Sign a new assertion in the same run, shortly before you use it. ZITADEL accepts an assertion until its ` +
					`"exp", but for at most one hour after its "iat".`,
			},
		},
	}
}
