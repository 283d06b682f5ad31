package message

// signingInputs returns the messages about the claims of an assertion that is signed elsewhere.
func signingInputs() Section {
	const issuer = "Pass the issuer URL of the instance, such as " + example + "."
	return Section{
		Title: "Claims of assertions to sign",
		Intro: "The function `assertion_signing_input` returns these errors. The first line is `Invalid function " +
			"argument`, and the CLI names the parameter below it. For `subject` and `key_id`, see also " +
			"[Arguments](#arguments).",
		Messages: []Message{
			{
				Code: "audience-empty",
				Text: "The audience is empty.",
				Next: issuer,
			},
			{
				Code: "audience-not-issuer",
				Text: "The value is {{if .is_scope}}a scope{{else}}an ID{{end}}, not the issuer of an instance.",
				Next: issuer,
			},
			{
				Code: "audience-not-exact",
				Text: "ZITADEL compares the audience of an assertion with the issuer of the instance as text. The issuer " +
					"has no {{.difference}}.",
				Next: "Write {{.suggestion}}.",
			},
			{
				Code:  "time-invalid",
				Text:  "The value is not a valid RFC 3339 time.",
				Next:  `Pass a time such as "2030-01-31T12:00:00Z".`,
				Guide: "The function `plantimestamp()` returns the time of the plan.",
			},
			{
				Code: "time-leap-second",
				Text: "The value is a leap second, which is not supported.",
				Next: "Pass a time one second earlier.",
			},
			{
				Code: "time-out-of-range",
				Text: `The claim "{{.claim}}" of the assertion would be outside the years 1970 to 9999.`,
				Next: `Pass the time of signing.`,
				Guide: "`iat` is five seconds before `issued_at`, and `exp` is `lifetime` after `iat`. Both must be " +
					"within these years.",
			},
		},
	}
}

// signatures returns the messages about assertions that a configuration assembles from a
// signing input and a signature.
func signatures() Section {
	const (
		sign = "Sign the result of assertion_signing_input with RSASSA-PKCS1-v1_5 and SHA-256, and pass the signature " +
			"in base64."
		input = "Pass the unchanged result of assertion_signing_input."
	)
	return Section{
		Title: "Signatures of assertions",
		Intro: "The function `signed_assertion` returns these errors. The first line is `Invalid function argument`, " +
			"and the CLI names the parameter below it. The function does not have the public key, so it cannot detect " +
			"that a signature was made for different text or with a different key. ZITADEL rejects such an assertion with " +
			"[invalid_grant](#assertion-key-unknown).",
		Messages: []Message{
			{
				Code:  "signature-empty",
				Text:  "The signature is empty.",
				Next:  sign,
				Guide: "`vault_transit_sign` has an empty `signature` if `batch_input` is set.",
			},
			{
				Code:  "signature-not-base64",
				Text:  "The signature is neither base64 nor base64url.",
				Next:  "Pass only the signature, not a JSON document or a JWT.",
				Guide: "A truncated signature can have a length that is invalid in base64.",
			},
			{
				Code:  "signature-hexadecimal",
				Text:  "The signature is hexadecimal{{if .encoded}} text in base64{{end}}.",
				Next:  "Convert the signature to base64.",
				Guide: "In a shell, `xxd -r -p | base64` converts hexadecimal text to base64.",
			},
			{
				Code:  "signature-encoded-twice",
				Text:  "The signature is encoded in base64 more than once.",
				Next:  "{{with .expression}}Pass {{.}}{{else}}Encode it only once{{end}}.",
				Guide: "Signers usually return the signature in base64, so do not apply `base64encode` or `base64` to it.",
			},
			{
				Code: "signature-is-text",
				Text: "The value is base64 of text, not of a signature.",
				Next: sign,
			},
			{
				Code: "signature-is-json",
				Text: "The value is a JSON document, not a signature.",
				Next: `Pass only the signature{{with .member}}, which is in member "{{.}}"{{end}}` +
					`{{with .expression}}: {{.}}{{end}}.`,
				Guide: "The member is `Signature` in the output of `aws kms sign`, `signature` in a response of Google Cloud " +
					"KMS, `value` in a response of Azure Key Vault, and `data.signature` in a response of Vault.",
			},
			{
				Code: "signature-percent-encoded",
				Text: "The signature is percent-encoded, as in a URL.",
				Next: "Pass the signature without this encoding{{with .expression}}, for example {{.}}{{end}}.",
			},
			{
				Code: "signature-plus-decoded",
				Text: "The signature contains spaces instead of plus signs, because it was decoded as part of a URL.",
				Next: "Pass the signature unchanged{{with .expression}}, or pass {{.}}{{end}}.",
			},
			{
				Code: "signature-is-hash",
				Text: "The value is a SHA-256 hash, not a signature.",
				Next: sign,
			},
			{
				Code: "signature-is-ecdsa",
				Text: "The signature was made with an EC key (ECDSA). ZITADEL accepts only RSA keys.",
				Next: "Sign with an RSA key, and register its public key in ZITADEL.",
			},
			{
				Code: "signature-size",
				Text: "The signature has {{.bytes}} bytes. An RSA signature is as long as its key: from " +
					"{{.least_bytes}} to {{.most_bytes}} bytes.",
				Next: "Sign with an RSA key of 2048 to 8192 bits, and pass the whole signature.",
				Guide: "A signature of 64 bytes was made with an Ed25519 or P-256 key, and a signature of 128 bytes with " +
					"an RSA key of 1024 bits. A value of 32 bytes is a hash or an HMAC.",
			},
			{
				Code: "signing-input-is-hash",
				Text: "The value is a SHA-256 hash of the text to sign.",
				Next: input + " Pass a hash only to a signer that signs a digest.",
			},
			{
				Code: "signing-input-encoded",
				Text: "The value is the base64 of the text to sign.",
				Next: input + " Encode it only for the signer.",
			},
			{
				Code: "signing-input-signed",
				Text: "The value has three parts, like a JWT that already has a signature.",
				Next: input,
			},
			{
				Code: "signing-input-algorithm",
				Text: `Member "alg" in the header of the text to sign is "{{.found}}"; expected "RS256".`,
				Next: input,
			},
			{
				Code: "signing-input-invalid",
				Text: "The value is not the signing input of an assertion, which consists of a header and claims, " +
					"each a JSON object in base64url, separated by a dot.",
				Next: input,
			},
		},
	}
}
