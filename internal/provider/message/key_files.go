package message

const (
	// issuedKey is the advice for a key JSON that was changed, or that ZITADEL did not issue.
	issuedKey = useIssuedKey + `.`
	// useIssuedKey is the same advice as part of a sentence.
	useIssuedKey = `Use the unchanged key JSON that ZITADEL issued`
	// keyJSONForm shows what a key JSON looks like.
	keyJSONForm = `A ZITADEL key JSON is an object like {{if .of_application}}` +
		`{"type": "application", "keyId": ..., "key": ..., "clientId": ..., "appId": ...}{{else}}` +
		`{"type": "serviceaccount", "keyId": ..., "key": ..., "userId": ...}{{end}}.`
)

// keyFiles returns the messages about key files, and about documents that are not a complete
// key JSON.
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
				Guide: "The provider can run on a different machine than you expect: " +
					"a build agent or a container does not have the files of your workstation.",
			},
			{
				Code:     "key-file-tilde",
				Text:     `File "{{.path}}" does not exist. The provider does not expand "~" to the home directory.`,
				Next:     `Write pathexpand({{printf "%q" .path}}).`,
				Variable: "Write the full path in {{.variable}}.",
				Guide:    "`pathexpand` is a function of the configuration language.",
			},
			{
				Code: "key-file-placeholder",
				Text: `File "{{.path}}" does not exist. The path contains a placeholder that was not replaced.`,
				Next: replaceInHCL, Variable: replaceInShell,
			},
			{
				Code:     "key-file-prefix",
				Text:     `The path of the key file starts with "{{.start}}", which is not part of a path.`,
				Next:     `Write {{printf "%q" .suggestion}}.`,
				Variable: `Remove "{{.start}}" from {{.variable}}.`,
				Guide:    "The provider does not accept file URLs, or the `@` with which curl marks a path.",
			},
			{
				Code: "key-file-is-url",
				Text: `The path of the key file is a URL or the address of a secret.`,
				Next: `Read the secret with a data source or an ephemeral resource of its provider, and use key_json instead ` +
					`of key_file.`,
				Variable: "Set ZITADEL_KEY_JSON to the secret itself instead of {{.variable}}.",
				Guide:    "The message does not contain the value, because a URL may contain a password or a signature.",
			},
			{
				Code:     "key-file-relative",
				Text:     `File "{{.path}}" does not exist. The path is relative to the working directory.`,
				Next:     `For a file next to the configuration, write "${path.module}/{{.path}}".`,
				Variable: "Write the full path in {{.variable}}.",
			},
			{
				Code: "key-file-path-empty",
				Text: `The path of the key file is empty.`,
				Next: `Set key_file to the path of a key file, or set it to null.`,
			},
			{
				Code:     "key-file-is-content",
				Text:     `The path of the key file looks like the content of a key file.`,
				Next:     `Use key_json instead of key_file for the content.`,
				Variable: "Use ZITADEL_KEY_JSON instead of {{.variable}} for the content.",
				Guide: "In the environment, use `ZITADEL_KEY_JSON` instead of `ZITADEL_KEY_FILE`. The message does " +
					"not contain the value, because it may be a private key. A path that does not exist also counts " +
					"as content if it is longer than 256 bytes or contains a line break.",
			},
			{
				Code:     "key-file-is-folder",
				Text:     `"{{.path}}" is a directory.`,
				Next:     `Set key_file to the path of the key file in this directory.`,
				Variable: "Set {{.variable}} to the path of the key file in this directory.",
				Guide: "A secret that is mounted into a container is often a file in a directory that has the name " +
					"of the secret.",
			},
			{
				Code:     "key-file-not-regular",
				Text:     `"{{.path}}" is not a regular file.`,
				Next:     `Set key_file to the path of the key file that ZITADEL issued.`,
				Variable: "Set {{.variable}} to the path of the key file that ZITADEL issued.",
				Guide: "The provider does not read named pipes and devices, such as `<(command)` in a shell. " +
					"Pass the output of a command through `ZITADEL_KEY_JSON` instead.",
			},
			{
				Code: "key-file-unreadable",
				Text: `Unable to read file "{{.path}}": {{.because}}.`,
				Next: `Check the permissions of the file and of its directories.`,
				Guide: "The message contains the error of the operating system. `permission denied` means that the " +
					"user that runs the provider is not allowed to read the file, or to enter a directory in its path.",
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
				Code:     "key-json-too-large",
				Text:     `The key JSON is larger than {{.max_kib}} KiB, so it is not a ZITADEL key.`,
				Next:     `Set key_json to the content of the key file that ZITADEL issued.`,
				Variable: "Set {{.variable}} to the content of the key file that ZITADEL issued.",
				Guide:    "The key JSON of a 4096-bit key is smaller than 4 KiB.",
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
				Variable: "{{if .path}}Save only the key JSON in the file{{else}}Set {{.variable}} to the key JSON " +
					"itself{{end}}.",
				Guide: "Secret managers, Kubernetes, ZITADEL's API and `terraform output -json` do not return the " +
					"key JSON as it is in the key file, but as a JSON string, in base64, or as a member of a larger " +
					"document. " +
					"The expression in the message extracts the key JSON. The provider does not extract it automatically, " +
					"so that the configuration shows the form of the value.",
			},
			{
				Code: "key-json-several",
				Text: `The key JSON is a document that contains {{.count}} different key JSONs.`,
				Next: `Choose one of them. For example, write key_json = {{.expression}}{{if .path}} instead of ` +
					`key_file{{else}}, where ... is the current value{{end}}.`,
				Variable: "{{if .path}}Save only one of them in the file{{else}}Set {{.variable}} to one of " +
					"them{{end}}.",
				Guide: "For example, `terraform output -json` without a name returns all outputs.",
			},
			{
				Code: "key-json-without-key",
				Text: `The key JSON{{.inside}} contains no private key. ZITADEL returns such a key JSON ` +
					`if the public key was uploaded.`,
				Next: `Add your own private key: write key_json = jsonencode(merge({{.decoded}}, ` +
					`{ key = file("private.pem") })){{if .path}} instead of key_file{{else}}, where ... is the current ` +
					`value{{end}}.`,
				Variable: `Add your own private key in PEM format as member "key".`,
				Guide: "If ZITADEL generates the key pair, the key JSON contains the private key. If you upload a " +
					"public key, only you have the private key.",
			},
			{
				Code: "key-json-is-pem",
				Text: `The key JSON is only a private key in PEM format{{.inside}}, without the IDs of the key and of ` +
					`its owner.`,
				Next: `Use the key JSON that ZITADEL issued. If you store its parts separately, write key_json = ` +
					`jsonencode({ type = "{{if .of_application}}application{{else}}serviceaccount{{end}}", keyId = "KEY-ID", ` +
					`key = {{.expression}}, {{if .of_application}}clientId = "CLIENT-ID", appId = "APP-ID"` +
					`{{else}}userId = "USER-ID"{{end}} })` +
					`{{if .path}} instead of key_file{{else}}, where ... is the current value{{end}}.`,
				Variable: "Use the key JSON that ZITADEL issued.",
				Guide: "The key of an application has `clientId` and `appId` instead of `userId`. For a system user of [the " +
					"System API](system-api.md), omit `keyId`, and set `userId` to the ID of the system user.",
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
				Next: `If you have an access token, you do not need a key: use the token where a token is expected, for example ` +
					`in the token argument. To request new tokens, use the key JSON of a service account.`,
				Guide: "A ZITADEL personal access token (PAT) is already an access token. It has five parts separated " +
					"by dots or, up to ZITADEL v4.13, one part of about 70 to 110 characters.",
			},
			{
				Code: "key-json-is-jwt",
				Text: `The key JSON is a JWT{{.inside}}, not a key.`,
				Next: `If it is an assertion that was signed elsewhere, set assertion instead of key_json or key_file. ` +
					`If it is an access token, use it where a token is expected.`,
				Variable: "If it is an assertion that was signed elsewhere, set ZITADEL_ASSERTION instead of " +
					"{{.variable}}. If it is an access token, use it where a token is expected.",
			},
			{
				Code:     "key-json-is-client-secret",
				Text:     `The key JSON is a client ID with a client secret{{.inside}}, not a key.`,
				Next:     `Set client_id and client_secret instead of key_json or key_file.`,
				Variable: "Set ZITADEL_CLIENT_ID and ZITADEL_CLIENT_SECRET instead of {{.variable}}.",
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
					`is the key JSON, write key_json = yamldecode(...).NAME. The IDs must be in quotes.`,
				Variable: "Convert the key JSON to JSON, with the IDs as strings.",
				Guide:    "In YAML, an ID without quotes is a number, but a ZITADEL ID is a string.",
			},
			{
				Code:  "key-json-is-page",
				Text:  `The key JSON is an {{.found}} document{{.inside}}, not a key.`,
				Next:  `Check the address of the download, and whether the download requires a login.`,
				Guide: "A server or a proxy may return a login page or an error page instead of the file.",
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
				Text: `The key JSON is not valid JSON. It looks like the path of a file{{.inside}}{{if .placeholder}}, with a ` +
					`placeholder that was not replaced{{end}}.`,
				Next: `{{if .start}}Set key_file to the path without "{{.start}}" instead of key_json` +
					`{{else if .placeholder}}Set key_file to the path with the actual value instead of the placeholder, and ` +
					`remove key_json{{else}}Use key_file instead of key_json for a path, or write key_json = file(...){{end}}.`,
				Variable: `Use ZITADEL_KEY_FILE instead of {{.variable}} for a path{{if .start}}, without "{{.start}}"` +
					`{{else if .placeholder}}, with the actual value instead of the placeholder{{end}}.`,
			},
			{
				Code: "key-json-truncated",
				Text: `The key JSON is truncated{{.inside}}: it ends after {{.bytes}} bytes{{if .place}} of decoded text{{end}}, ` +
					`at line {{.line}}, column {{.column}}, before the end of the JSON.`,
				Next:  `Copy the whole key JSON again. If it is lost, create a new key.`,
				Guide: "Some tools limit the length of a variable, and a shell may cut off a value at a quotation mark.",
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
