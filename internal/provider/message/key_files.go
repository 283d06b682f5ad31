package message

const (
	// issuedKey is the advice for a key JSON that was changed.
	issuedKey = `Use the unchanged key JSON that ZITADEL issued.`
	// keyJSONForm describes a key JSON.
	keyJSONForm = `A ZITADEL key JSON is an object like ` +
		`{"type": "serviceaccount", "keyId": ..., "key": ..., "userId": ...}.`
)

// keyFiles returns the messages about key files and about key JSONs that are not a JSON
// object.
func keyFiles() Section {
	return Section{
		Title: "Key files",
		Intro: "A key file contains a key JSON: one JSON object, as ZITADEL issues it. " +
			"Set either `key_file` to the path of the file, or `key_json` to the JSON itself.",
		Messages: []Message{
			{
				Code: "key-file-missing",
				Text: `File "{{.path}}" does not exist.`,
				Next: `Check the path, and that the file exists on the machine that runs the provider.`,
				Guide: "The provider may run on a different machine than you expect: " +
					"a build agent or a container does not have the files of your workstation.",
			},
			{
				Code:  "key-file-tilde",
				Text:  `File "{{.path}}" does not exist. The provider does not expand "~" to the home directory.`,
				Next:  `Write pathexpand({{printf "%q" .path}}). In an environment variable, write the whole path.`,
				Guide: "`pathexpand` is a function of the configuration language.",
			},
			{
				Code: "key-file-relative",
				Text: `File "{{.path}}" does not exist. The path is relative to the working directory.`,
				Next: `For a file next to the configuration, write "${path.module}/{{.path}}".`,
			},
			{
				Code: "key-file-path-empty",
				Text: `The path of the key file is empty.`,
				Next: `Set key_file to the path of a key file, or set it to null.`,
			},
			{
				Code: "key-file-is-content",
				Text: `The path of the key file looks like the content of a key file.`,
				Next: `Use key_json instead of key_file for the content.`,
				Guide: "In the environment, use `ZITADEL_KEY_JSON` instead of `ZITADEL_KEY_FILE`. The message does " +
					"not contain the value, because it may be a private key. A path that does not exist counts as " +
					"content if it is longer than 256 bytes or contains a line break.",
			},
			{
				Code: "key-file-is-folder",
				Text: `"{{.path}}" is a directory.`,
				Next: `Set key_file to the key file in this directory.`,
				Guide: "A secret that is mounted into a container is often a file in a directory that has the name " +
					"of the secret.",
			},
			{
				Code: "key-file-not-regular",
				Text: `"{{.path}}" is not a regular file.`,
				Next: `Set key_file to the path of the key file that ZITADEL issued.`,
				Guide: "The provider does not read named pipes and devices, such as `<(command)` in a shell. " +
					"Pass the output of a command through `ZITADEL_KEY_JSON` instead.",
			},
			{
				Code: "key-file-unreadable",
				Text: `Unable to read file "{{.path}}": {{.because}}.`,
				Next: `Check the permissions of the file and of its directories.`,
				Guide: "The message contains the error of the operating system. `permission denied` means that the " +
					"user that runs the provider may not read the file, or may not enter one of its directories.",
			},
			{
				Code:  "key-file-too-large",
				Text:  `File "{{.path}}" is larger than {{.max_kib}} KiB, so it is not a ZITADEL key file.`,
				Next:  `Check the path.`,
				Guide: "The key file of a 4096-bit key is smaller than 4 KiB.",
			},
			{
				Code: "key-file-unusable",
				Text: `File "{{.path}}" does not contain a usable key:`,
				Guide: "The provider can read the file. The list below this line describes everything that is " +
					"wrong with its content.",
			},
			{
				Code:  "key-json-too-large",
				Text:  `The key JSON is larger than {{.max_kib}} KiB, so it is not a ZITADEL key.`,
				Next:  `Set key_json to the content of the key file that ZITADEL issued.`,
				Guide: "The key JSON of a 4096-bit key is smaller than 4 KiB.",
			},
			{
				Code: "key-json-empty",
				Text: `The key JSON is empty.`,
				Next: `Check the file or the variable that it comes from. ` + keyJSONForm,
			},
			{
				Code: "key-json-wrapped",
				Text: `The key JSON is wrapped: it is {{.place}}.`,
				Next: `Write key_json = {{.expression}}{{if .path}} instead of key_file{{else}}, where ... is ` +
					`the current value{{end}}.`,
				Guide: "Secret managers, Kubernetes, ZITADEL's API and `terraform output -json` return a key in " +
					"other " +
					"forms than its file: as a JSON string, in base64, or as a member of a larger document. " +
					"The expression in the message gets the key JSON out of it. The provider does not do that by " +
					"itself, " +
					"so that the configuration shows what the value is.",
			},
			{
				Code: "key-json-several",
				Text: `The key JSON is a document that contains {{.count}} different key JSONs.`,
				Next: `Choose one of them. For example, write key_json = {{.expression}}{{if .path}} instead of ` +
					`key_file{{else}}, where ... is the current value{{end}}.`,
				Guide: "For example, `terraform output -json` without a name returns all outputs.",
			},
			{
				Code: "key-json-without-key",
				Text: `The key JSON contains no private key{{.inside}}. ZITADEL returns such a key JSON if the public key ` +
					`was uploaded.`,
				Next: `Add your own private key: write key_json = jsonencode(merge({{.decoded}}, ` +
					`{ key = file("private.pem") })){{if .path}} instead of key_file{{else}}, where ... is the current ` +
					`value{{end}}.`,
				Guide: "If ZITADEL generates the key pair, its key JSON contains the private key. If you upload a " +
					"public " +
					"key, only you have the private key.",
			},
			{
				Code: "key-json-is-pem",
				Text: `The key JSON is only a private key in PEM format{{.inside}}, without the IDs of the key and of ` +
					`its owner.`,
				Next: `Use the key JSON that ZITADEL issued. If you store its parts separately, write key_json = ` +
					`jsonencode({ type = "serviceaccount", keyId = "KEY-ID", key = {{.expression}}, userId = "USER-ID" })` +
					`{{if .path}} instead of key_file{{else}}, where ... is the current value{{end}}.`,
				Guide: "For the key of an application, write " +
					"`jsonencode({ type = \"application\", keyId = ..., key = ..., clientId = ..., appId = ... })`.",
			},
			{
				Code: "key-json-is-der",
				Text: `The key JSON is only a private key in DER format{{.inside}}, without the IDs of the key and of its owner.`,
				Next: issuedKey + ` ` + keyJSONForm,
			},
			{
				Code: "key-json-is-encoded",
				Text: `The key JSON is {{if eq .found "gzip"}}compressed with gzip{{else if eq .found "hex"}}in hexadecimal` +
					`{{else if eq .found "html"}}encoded with HTML entities{{else}}percent-encoded{{end}}{{.inside}}.`,
				Next: `Decode it before you pass it to the provider.`,
			},
			{
				Code: "key-json-is-token",
				Text: `The key JSON is an access token{{.inside}}, not a key.`,
				Next: `An access token needs no key: use it where a token is expected, for example as the argument token. ` +
					`To request new tokens, use the key JSON of a service account.`,
				Guide: "A ZITADEL personal access token (PAT) is already an access token. It has five parts with " +
					"dots between them, or, up to ZITADEL v4.13, one part of about 70 to 110 characters.",
			},
			{
				Code: "key-json-is-jwt",
				Text: `The key JSON is a JWT{{.inside}}, not a key.`,
				Next: `If it is an assertion that was signed elsewhere, set assertion instead of key_json or key_file. ` +
					`If it is an access token, use it where a token is expected.`,
			},
			{
				Code: "key-json-is-client-secret",
				Text: `The key JSON is a client ID with a client secret{{.inside}}, not a key.`,
				Next: `Set client_id and client_secret instead of key_json or key_file.`,
			},
			{
				Code: "key-json-is-google",
				Text: `The key JSON is the key of a Google service account{{.inside}}. It looks similar to a ZITADEL key JSON, ` +
					`but ZITADEL did not issue it.`,
				Next: `Use the key JSON that ZITADEL issued.`,
			},
			{
				Code: "key-json-is-jwk",
				Text: `The key JSON is a JWK{{.inside}}. ZITADEL issues private keys in PEM format.`,
				Next: issuedKey + ` ` + keyJSONForm,
			},
			{
				Code: "key-json-is-yaml",
				Text: `The key JSON is YAML{{.inside}}, not JSON.`,
				Next: `If its top level is the key JSON, write key_json = jsonencode(yamldecode(...)). If a member ` +
					`is the key JSON, write key_json = yamldecode(...).NAME. The IDs must be in quotation marks.`,
				Guide: "YAML reads an ID without quotation marks as a number, and a ZITADEL ID is a string.",
			},
			{
				Code:  "key-json-is-page",
				Text:  `The key JSON is an {{.found}} document{{.inside}}, not a key.`,
				Next:  `Check the address that it was downloaded from, and whether the download requires a login.`,
				Guide: "Servers and proxies return a page with a login or an error in place of the file.",
			},
			{
				Code: "key-json-is-reference",
				Text: `The key JSON is the address or the placeholder of a secret{{.inside}}, not the secret itself.`,
				Next: `Read the secret with a data source or an ephemeral resource of its provider, or with the tool that ` +
					`replaces placeholders.`,
				Guide: "For example, `op://` is replaced by `op run`, and `${NAME}` by a shell.",
			},
			{
				Code: "key-json-is-path",
				Text: `The key JSON is not valid JSON. It looks like the path of a file{{.inside}}.`,
				Next: `Use key_file instead of key_json for a path, or write key_json = file(...).`,
			},
			{
				Code: "key-json-truncated",
				Text: `The key JSON is truncated{{.inside}}: it ends after {{.bytes}} bytes{{if .place}} of decoded text{{end}}, ` +
					`at line {{.line}}, column {{.column}}, before the end of the JSON.`,
				Next:  `Copy the whole key JSON again. If it is lost, create a new key.`,
				Guide: "Some tools limit the length of a variable, and a shell may end a value at a quotation mark.",
			},
			{
				Code: "key-json-invalid",
				Text: `The key JSON is not valid JSON{{if .line}}: see line {{.line}}, column {{.column}}{{end}}.`,
				Next: issuedKey + ` ` + keyJSONForm,
				Guide: "Text may follow the JSON, or a character may have been changed. If the key JSON is lost, " +
					"create a new key.",
			},
			{
				Code: "key-json-not-object",
				Text: `The key JSON is {{.found}}, not an object.`,
				Next: issuedKey + ` ` + keyJSONForm,
			},
		},
	}
}

// keys returns the messages about the members of a key JSON, about signing, and about
// assertions that were signed elsewhere.
func keys() Section {
	return Section{
		Title: "Keys",
		Intro: "Everything that is wrong with a key is reported at once. A message never contains a private key. " +
			"The only values of members that it contains are the type of the key and the type of the PEM " +
			"block.\n\nThe key JSON of a service account has the members `type`, `keyId`, `key` and `userId`; that " +
			"of an application has `type`, `keyId`, `key`, `clientId` and `appId`. All of them are strings. " +
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
					`except in its System API.`,
				Next: `Use the key JSON that ZITADEL issued, or add the ID that the key has in ZITADEL: ` +
					`jsonencode({ ..., keyId = "KEY-ID" }).`,
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
				Code:  "key-member-not-string",
				Text:  `Member "{{.member}}" is {{.found}}; expected a string.`,
				Next:  `Write the value in quotation marks.`,
				Guide: "An ID is a string even if it has only digits: `\"keyId\": \"123\"`.",
			},
			{
				Code: "key-member-not-id",
				Text: `Member "{{.member}}" is not a valid ID: an ID has at most 100 characters, is ASCII, ` +
					`and contains neither whitespace nor "-----".`,
				Next:  issuedKey,
				Guide: "The member may contain the value of another one, such as the private key.",
			},
			{
				Code: "key-type-google",
				Text: `Member "type" is "service_account", as in the key of a Google service account. ` +
					`ZITADEL's type is "serviceaccount".`,
				Next: issuedKey,
			},
			{
				Code: "key-type-unknown",
				Text: `Member "type" is "{{.found}}"; expected "serviceaccount" or "application".`,
				Next: issuedKey,
			},
			{
				Code: "key-expiration-invalid",
				Text: `Member "expirationDate" is not a valid RFC 3339 time.`,
				Next: `Write a time such as "2030-01-31T00:00:00Z", or remove the member.`,
				Guide: "Without the member, the provider cannot report that the key has expired or is about to. " +
					"In UTC, the year must be from 1 to 9999.",
			},
			{
				Code: "key-not-pem",
				Text: `{{.it}} is not a complete PEM{{.inside}}.`,
				Next: `Use the unchanged value: it starts with "-----BEGIN RSA PRIVATE KEY-----" and ends with ` +
					`"-----END RSA PRIVATE KEY-----".`,
				Guide: "The text is truncated, or its first or last line is missing. " +
					"Line breaks do not matter: they may be CRLF, written as `\\n`, replaced by other whitespace, or missing.",
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
				Guide: "The provider has no argument for a passphrase. ZITADEL issues keys without one.",
			},
			{
				Code: "key-member-encoded",
				Text: `Member "key" is a PEM in another encoding.`,
				Next: `Write key_json = jsonencode(merge({{.decoded}}, { key = {{.expression}} })){{if .path}} instead of ` +
					`key_file{{else}}, where ... is the current value{{end}}.`,
				Guide: "The PEM may be in base64, or a JSON string inside the JSON string.",
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
				Text: `{{.it}} is a PEM of type "{{.found}}"{{.inside}}; expected an RSA private key.`,
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
				Code: "key-cannot-sign",
				Text: `Unable to sign an assertion with the key{{with .key}} "{{.}}"{{end}}: {{.because}}.`,
				Next: reportBug,
			},
			{
				Code: "assertion-is-token",
				Text: "The value is an access token or an ID token, not an assertion: the issuer of an assertion " +
					"is its " +
					"subject.",
				Next: "Use an access token as it is, without credentials. For credentials, set assertion to a JWT " +
					"that was " +
					"signed with a key of the service account or application.",
			},
			{
				Code: "assertion-not-jwt",
				Text: `The assertion is not a signed JWT. A signed JWT has three base64url parts with dots between ` +
					`them, and an asymmetric signature.`,
				Next:  `Set assertion to the output of the signer, without a JSON document around it.`,
				Guide: "Sign with the algorithm RS256, and set the header `kid` to the key ID.",
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
		},
	}
}
