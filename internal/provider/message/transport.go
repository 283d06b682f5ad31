package message

// transport returns the messages about TLS, proxies and headers.
func transport() Section {
	return Section{
		Title: "TLS, proxy and headers",
		Messages: []Message{
			{
				Code:     "ca-certificate-missing",
				Argument: "ca_cert_pem",
				Text: `{{if eq .form "key"}}The value is a private key, not a certificate.{{else if eq .form "base64"}}` +
					"The value is a PEM certificate in base64.{{else}}The value contains no complete PEM certificate.{{end}}",
				Next: `{{if eq .form "key"}}Set ca_cert_pem to the certificate of the authority` +
					`{{else if eq .form "base64"}}Decode it: ca_cert_pem = base64decode(...)` +
					`{{else}}Set ca_cert_pem to the content of the file, not to its path: ca_cert_pem = file("ca.pem"){{end}}.`,
				Variable: `{{if eq .form "key"}}Set {{.variable}} to the certificate of the authority` +
					`{{else if eq .form "base64"}}Set {{.variable}} to the decoded value` +
					"{{else}}Set {{.variable}} to the content of the file, not to its path{{end}}.",
				Guide: "If the certificate is in DER format, convert it to PEM. The provider restores missing or escaped line " +
					"breaks.",
			},
			{
				Code: "client-certificate-incomplete",
				Text: "{{.other}} is set without {{.argument}}. A client certificate and its key must be set together." +
					emptyVariables,
				Next: "Set {{.argument}}{{with .or_variable}} or {{.}}{{end}}, or remove {{.other}}.",
			},
			{
				Code:     "client-certificate-invalid",
				Argument: "client_cert_pem",
				Text:     "client_cert_pem and client_key_pem are not a PEM certificate and its private key.",
				Next: "Check that the certificate and the key are complete, that they belong together, and that the key is " +
					"not encrypted.",
			},
			{
				Code:     "proxy-url-invalid",
				Argument: "proxy_url",
				Text:     "The value is not the URL of a proxy.",
				Next:     "Set a URL such as http://proxy.example:3128.",
				Guide: "The scheme is `http`, `https` or `socks5`. Percent-encode special characters in the user " +
					"name and the password.",
			},
			{
				Code: "header-host",
				Text: "The provider sets the header Host itself.",
				Next: "Remove it from transport_headers. To connect to an address other than the issuer's, set " +
					"connect_url.",
			},
			{
				Code: "header-reserved",
				Text: `Header "{{.header}}" is reserved for the provider.`,
				Next: "Remove it from transport_headers.",
			},
			{
				Code: "header-name-invalid",
				Text: "A key of the map is not a header name (RFC 9110 section 5.1).",
				Next: "Use only letters, digits and hyphens.",
				Guide: "The message does not contain the key, because it may be a whole header with a secret. Write the " +
					"value of a header as the value of the map.",
			},
			{
				Code:  "header-duplicate",
				Text:  `The headers "{{.header}}" and "{{.other}}" differ only by case.`,
				Next:  "Remove one of the headers.",
				Guide: "Header names are not case-sensitive, so only one of the values would be sent.",
			},
			{
				Code: "header-value-invalid",
				Text: "The value of a header contains a line break or another control character.",
				Next: removeOrTrim,
				Guide: "Most editors end a file with a line break, which `trimspace(file(...))` removes. The message " +
					"does not contain the value, because it may be a secret.",
			},
		},
	}
}
