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
				Guide: "The provider may run on another machine than you expect: " +
					"a build agent or a container does not have the files of your workstation.",
			},
			{
				Code: "key-file-tilde",
				Text: `File "{{.path}}" does not exist. The provider does not expand "~" to the home directory.`,
				Next: `Write pathexpand({{printf "%q" .path}}).`,
				Guide: "`pathexpand` is a function of the configuration language. In an environment variable, " +
					"write the whole path.",
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
				Guide: "In the environment, use `ZITADEL_KEY_JSON` instead of `ZITADEL_KEY_FILE`. " +
					"The message does not contain the value, because it may be a private key. " +
					"A path of more than 256 bytes that does not exist, or with a line break, counts as content.",
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
				Text:  `File "{{.path}}" has more than {{.max_kib}} KiB, so it is not a ZITADEL key file.`,
				Next:  `Check the path.`,
				Guide: "The key file of a 4096-bit key has less than 4 KiB.",
			},
			{
				Code:  "key-file-unusable",
				Text:  `File "{{.path}}" does not contain a usable key:`,
				Guide: "The provider can read the file. The list below this line describes everything that is wrong with its content.",
			},
			{
				Code:  "key-json-too-large",
				Text:  `The key JSON has more than {{.max_kib}} KiB, so it is not a ZITADEL key.`,
				Next:  `Set key_json to the content of the key file that ZITADEL issued.`,
				Guide: "The key JSON of a 4096-bit key has less than 4 KiB.",
			},
			{
				Code: "key-json-empty",
				Text: `The key JSON is empty.`,
				Next: `Check the file or the variable that it is from. ` + keyJSONForm,
			},
			{
				Code: "key-json-is-pem",
				Text: `The key JSON is only a private key in PEM format, without the IDs of the key and of its owner.`,
				Next: `Use the key JSON that ZITADEL issued. If you store its parts separately, write ` +
					`jsonencode({ type = "serviceaccount", keyId = ..., key = ..., userId = ... }).`,
				Guide: "For the key of an application, write " +
					"`jsonencode({ type = \"application\", keyId = ..., key = ..., clientId = ..., appId = ... })`.",
			},
			{
				Code:  "key-json-is-base64",
				Text:  `The key JSON is encoded in base64.`,
				Next:  `Write key_json = base64decode(...), or key_json = base64decode(file(...)) for a file.`,
				Guide: "Secret managers and Kubernetes often store files in base64.",
			},
			{
				Code: "key-json-is-path",
				Text: `The key JSON is not valid JSON. It looks like the path of a file.`,
				Next: `Use key_file instead of key_json for a path, or write key_json = file(...).`,
			},
			{
				Code:  "key-json-invalid",
				Text:  `The key JSON is not valid JSON.`,
				Next:  issuedKey + ` ` + keyJSONForm,
				Guide: "The JSON may be truncated, or text may follow it. If the key JSON is lost, create a new key.",
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
			"Of the values of the members it contains only the type of the key, and the type of the PEM block.\n\n" +
			"The key JSON of a service account has the members `type`, `keyId`, `key` and `userId`; " +
			"that of an application has `type`, `keyId`, `key`, `clientId` and `appId`. " +
			"All of them are strings. `expirationDate` is optional.",
		Messages: []Message{
			{
				Code: "key-member-missing",
				Text: `Member "{{.member}}" is missing.`,
				Next: issuedKey,
			},
			{
				Code: "key-member-renamed",
				Text: `Member "{{.member}}" is missing, but there is a member "{{.found}}".`,
				Next: `Rename it to "{{.member}}".`,
				Guide: "ZITADEL's names are `keyId`, `userId`, `clientId`, `appId` and `key`, in this letter case. " +
					"The JSON of a Google service account has `private_key_id` and `private_key`. " +
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
				Text: `Member "key" is not a complete PEM.`,
				Next: `Use the unchanged value: it starts with "-----BEGIN RSA PRIVATE KEY-----" and ends with ` +
					`"-----END RSA PRIVATE KEY-----".`,
				Guide: "Line breaks were lost, or the text is truncated. " +
					"Line breaks may be LF or CRLF, or may be written as `\\n`.",
			},
			{
				Code:  "key-pem-trailing",
				Text:  `Member "key" contains text after the private key.`,
				Next:  `Remove everything after the line that starts with "-----END".`,
				Guide: "For example, a certificate may follow the private key.",
			},
			{
				Code:  "key-encrypted",
				Text:  `Member "key" is encrypted with a passphrase.`,
				Next:  `Decrypt the private key, or use the unchanged key JSON that ZITADEL issued.`,
				Guide: "The provider has no argument for a passphrase. ZITADEL issues keys without one.",
			},
			{
				Code: "key-is-ec",
				Text: `Member "key" is an EC key. ZITADEL accepts only RSA keys.`,
				Next: issuedKey,
			},
			{
				Code: "key-is-public",
				Text: `Member "key" is a public key. Signing requires the private key.`,
				Next: issuedKey + ` If it is lost, create a new key in ZITADEL.`,
			},
			{
				Code: "key-not-rsa",
				Text: `Member "key" is not an RSA key. ZITADEL accepts only RSA keys.`,
				Next: issuedKey,
			},
			{
				Code: "key-pem-type",
				Text: `Member "key" is a PEM of type "{{.found}}"; expected a private RSA key.`,
				Next: `Use a PEM of type "RSA PRIVATE KEY" (PKCS#1) or "PRIVATE KEY" (PKCS#8).`,
			},
			{
				Code: "key-damaged",
				Text: `Member "key" is a PEM that does not contain a valid private RSA key.`,
				Next: issuedKey + ` If it is lost, create a new key in ZITADEL.`,
				Guide: "Lines of the PEM were lost or changed, or its type does not match its content: " +
					"`RSA PRIVATE KEY` is PKCS#1, and `PRIVATE KEY` is PKCS#8.",
			},
			{
				Code: "key-size",
				Text: `Member "key" is an RSA key of {{.bits}} bits. Keys of {{.min}} to {{.max}} bits are supported.`,
				Next: `Create a new key in ZITADEL.`,
			},
			{
				Code: "key-cannot-sign",
				Text: `Unable to sign an assertion with key "{{.key}}": {{.because}}.`,
				Next: reportBug,
			},
			{
				Code: "assertion-is-token",
				Text: "The value is an access token or an ID token, not an assertion: the issuer of an assertion is its " +
					"subject.",
				Next: "Use an access token as it is, without credentials. For credentials, set assertion to a JWT that was " +
					"signed with a key of the service account or application.",
			},
			{
				Code: "assertion-not-jwt",
				Text: `The assertion is not a signed JWT. A signed JWT has three base64url parts with dots between ` +
					`them, and an asymmetric signature.`,
				Next: `Set assertion to the output of the signer, without a JSON document around it. ` +
					`If it is read from a file, write trimspace(file(...)).`,
				Guide: "The value may be the path of a file, or may contain a line break. " +
					"Sign with the algorithm RS256, and set the header `kid` to the key ID.",
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
