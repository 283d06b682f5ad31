package message

const notZITADEL = "Check that issuer is the URL of a ZITADEL instance, and that no login page or proxy responds " +
	"at its address."

// responses returns the messages about responses that ZITADEL would not send.
func responses() Section {
	return Section{
		Title: "Unexpected responses",
		Messages: []Message{
			{
				Code: "unknown-instance",
				Text: "The server has no instance with this host name.",
				Next: "Set issuer (or domain) to the instance's own domain, spelled as in the ZITADEL console. An IP " +
					"address or an alias does not work. To reach the instance through another address, keep its domain in " +
					"issuer, and set connect_url to the address.",
			},
			{
				Code: "host-replaced",
				Text: `The request reached ZITADEL with the host "{{.received}}": a proxy, or a Forwarded or ` +
					`X-Forwarded-Host header, replaced "{{.sent}}".`,
				Next: "Configure the proxy to pass on the Host header.",
			},
			{
				Code: "public-host-untrusted",
				Text: "An X-Zitadel-Public-Host header, from transport_headers or a proxy, names a host that the instance " +
					"does not trust.",
				Next: "Remove the header, or add the host to the instance's trusted domains.",
			},
			{
				Code: "other-server",
				Text: "Another server than ZITADEL may have sent this response.",
				Next: notZITADEL,
			},
			{
				Code: "redirect",
				Text: "The response is a redirect{{with .target}} to {{.}}{{end}}. The provider does not follow it, because " +
					"that would forward credentials.",
				Next: "Check that issuer is the instance's own URL with the right scheme, and that no login page responds " +
					"at its address.",
			},
			{
				Code: "response-without-oauth-error",
				Text: "The response contains no OAuth error{{with .media_type}} (its content type is {{.}}){{end}}.",
			},
			{
				Code: "response-not-json",
				Text: "The response is not a {{.document}}{{with .media_type}} (its content type is {{.}}){{end}}.",
				Next: notZITADEL,
			},
			{
				Code: "response-malformed",
				Text: "The response is not a valid {{.document}}: {{.because}}.",
				Next: notZITADEL,
			},
			{
				Code: "key-set-unusable",
				Text: "The key set contains no public key that can be used.",
				Next: notZITADEL,
			},
			{
				Code: "issuer-mismatch",
				Text: `The discovery document declares issuer "{{.declared}}", but the provider is configured with ` +
					`"{{.configured}}".`,
				Next: "Set issuer to the declared issuer if that is the right instance. If only scheme or port differ, " +
					"configure the proxy in front of it to pass on Host and X-Forwarded-Proto.",
			},
			{
				Code: "endpoint-origin",
				Text: `The discovery document declares the {{.member}} "{{.url}}", which does not belong to the issuer ` +
					"{{.issuer}}. Nothing is sent there.",
				Next: notZITADEL,
			},
			{
				Code: "endpoint-missing",
				Text: "The discovery document contains no {{.member}}.",
				Next: "Check that issuer is the URL of a ZITADEL instance.",
			},
		},
	}
}

// documents returns the messages about JSON documents.
func documents() Section {
	return Section{
		Title: "Malformed documents",
		Intro: "These messages are parts of others. They describe why a response, a token or a key cannot be read, and " +
			"never contain its values.",
		Messages: []Message{
			{Code: "json-invalid", Text: "The document is not valid JSON."},
			{Code: "json-not-utf8", Text: "The document is not UTF-8, which JSON must be."},
			{Code: "json-not-object", Text: "The document is not a JSON object."},
			{Code: "json-too-deep", Text: "The document is nested more than {{.depth}} levels deep."},
			{Code: "json-number-out-of-range", Text: "The document contains a number that is out of range."},
			{
				Code: "member-duplicate", Text: `Member "{{.member}}" appears twice.`,
				Guide: "Programs differ in which of the two they read, so the document could mean two things.",
			},
			{
				Code: "member-confusable", Text: `Member "{{.member}}" can be mistaken for "{{.other}}".`,
				Guide: "Some programs ignore the case of letters, and would read another value than this provider.",
			},
			{Code: "member-ambiguous", Text: `Member "{{.member}}" is ambiguous: {{.because}}.`},
			{Code: "member-missing", Text: `Member "{{.member}}" is missing.`},
			{Code: "member-type", Text: `Member "{{.member}}" is {{.found}}; expected {{.expected}}.`},
			{Code: "member-element-type", Text: `Member "{{.member}}" contains {{.found}}; expected {{.expected}}.`},
			{Code: "member-out-of-range", Text: `Member "{{.member}}" is out of range.`},
			{Code: "member-not-time", Text: `Member "{{.member}}" is not a time.`},
			{Code: "member-undecodable", Text: `Member "{{.member}}" cannot be decoded.`},
		},
	}
}
