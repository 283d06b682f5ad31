package message

// example is the issuer that messages use as an example.
const example = "https://my-tenant.zitadel.cloud"

// onlyOrigin is the advice for a URL that contains more than a scheme, a host and a port.
const onlyOrigin = "{{with .suggestion}}Write {{.}}{{else}}Write only the scheme, host and port{{end}}."

// addresses returns the messages about URLs, host names and ports.
func addresses() Section {
	return Section{
		Title: "Addresses",
		Intro: "These messages are about `issuer`, `domain`, `port`, `connect_url` and their environment variables. " +
			"`issuer` and `connect_url` are URLs that consist of a scheme, a host and an optional port. `domain` is a host " +
			"name.",
		Messages: []Message{
			{
				Code:  "url-empty",
				Text:  "The value is empty.",
				Next:  "Write a URL such as " + example + ", or remove the argument.",
				Guide: "An empty value often comes from a variable that is not set in the pipeline.",
			},
			{
				Code: "url-invalid",
				Text: "The value is not a URL.",
				Next: "Write a URL such as " + example + ".",
			},
			{
				Code: "url-without-scheme",
				Text: "The URL has no scheme.",
				Next: "Write {{with .suggestion}}{{.}}{{else}}a URL such as " + example + "{{end}}" +
					"{{with .plain}}, or {{.}} if the server uses plain HTTP{{end}}.",
				Guide: "A host name without a scheme belongs in `domain`.",
			},
			{
				Code: "url-scheme",
				Text: `The scheme "{{.scheme}}" is not supported.`,
				Next: "Use https.",
			},
			{
				Code: "url-scheme-misspelled",
				Text: "The scheme of the URL is misspelled.",
				Next: "Write {{with .suggestion}}{{.}}{{else}}a URL such as " + example + "{{end}}.",
			},
			{
				Code: "url-scheme-doubled",
				Text: "The URL has two schemes.",
				Next: "Write {{with .suggestion}}{{.}}{{else}}a URL such as " + example + "{{end}}.",
			},
			{
				Code: "url-without-host",
				Text: "The URL has no host name.",
				Next: "Write a URL such as " + example + ".",
			},
			{
				Code: "url-with-user",
				Text: "The URL contains a user name or a password, which is not supported.",
				Next: "Write only the scheme, host and port.",
			},
			{
				Code: "url-with-path",
				Text: "{{with .page}}This is the URL of {{.}}, not of the instance.{{else}}The URL contains a path.{{end}}",
				Next: onlyOrigin,
				Guide: "The URLs of the console (`/ui/console`) and of the discovery document begin with the " +
					"issuer, but also contain a path.",
			},
			{
				Code: "url-of-portal",
				Text: "This is a URL of ZITADEL's website or customer portal, not of an instance.",
				Next: "Look up the domain of the instance in the customer portal. It is similar to " +
					"my-tenant.zitadel.cloud.",
			},
			{
				Code: "url-with-query",
				Text: "The URL contains a query.",
				Next: onlyOrigin,
			},
			{
				Code: "url-with-fragment",
				Text: "The URL contains a fragment.",
				Next: onlyOrigin,
			},
			{
				Code: "domain-invalid",
				Text: `{{with .domain}}"{{.}}"{{else}}The value{{end}} is not a host name.`,
				Next: "Set {{if .assignments}}{{.assignments}}{{else}}{{.domain_setting}} to only a host name{{end}}. To use " +
					"a URL, set {{.issuer_setting}} instead.",
				Guide: "A host name contains no scheme. `insecure = true` selects plain HTTP.",
			},
			{
				Code: "domain-with-user",
				Text: "The domain contains a user name or a password, which is not supported.",
				Next: "Write only the host name.",
			},
			{
				Code: "host-too-long",
				Text: "The host name has more than 253 characters.",
				Next: "Check the value, which may contain other text.",
			},
			{
				Code: "host-not-ascii",
				Text: "The host name contains non-ASCII characters.",
				Next: "Write {{with .suggestion}}{{.}}{{else}}the name in punycode, which begins with xn--{{end}}.",
			},
			{
				Code: "host-not-ipv6",
				Text: "The host in brackets is not an IPv6 address.",
				Next: "{{with .suggestion}}Write {{.}}{{else}}Use brackets only around an IPv6 address{{end}}.",
			},
			{
				Code: "host-without-brackets",
				Text: "The IPv6 address is not in brackets, which separate it from the port.",
				Next: "Write {{with .suggestion}}{{.}}{{else}}it in brackets, as in https://[2001:db8::1]:8443{{end}}.",
			},
			{
				Code: "host-zone",
				Text: "The percent sign before the zone of the IPv6 address is not encoded (RFC 6874).",
				Next: "Write {{with .suggestion}}{{.}}{{else}}%25 instead of %{{end}}.",
			},
			{
				Code:  "host-characters",
				Text:  "The host name contains a character that is not allowed.",
				Next:  "Use only letters, digits, dots, hyphens and underscores.",
				Guide: "A value from a file or a variable may contain whitespace or quotes.",
			},
			{
				Code: "port-invalid",
				Text: "The port is not a number from 1 to 65535.",
				Next: `{{with .suggestion}}Write "{{.}}"{{else}}Correct the port, or remove it to use the default port ` +
					`of the scheme{{end}}.`,
				Variable: "{{with .suggestion}}Write {{.}}{{else}}Correct the port, or unset the variable to use the " +
					"default port of the scheme{{end}}.",
				Guide: "`port` is for `domain`. In `issuer`, the port is part of the URL.",
			},
			{
				Code:     "port-without-domain",
				Argument: "port",
				Text:     "port requires domain, which is not set.",
				Next:     "Set domain, or include the port in issuer.",
			},
			{
				Code: "issuer-plain-http",
				Text: "Over plain HTTP, credentials would be sent without encryption.",
				Next: "Use https, or set {{.set_insecure}} to allow plain HTTP.",
				Guide: "For `localhost` and loopback addresses, plain HTTP is always allowed, because requests to " +
					"them do not leave the machine.",
			},
			{
				Code: "insecure-with-https",
				Text: "{{.set_insecure}} means plain HTTP, but the URL is https.",
				Next: "Remove {{.insecure_setting}}. To skip the verification of the server's certificate, set " +
					"insecure_skip_verify_tls.",
				Variable: "Remove {{.insecure_setting}}. To skip the verification of the server's certificate, set " +
					"ZITADEL_INSECURE_SKIP_VERIFY_TLS.",
				Guide: "`insecure` selects the scheme, as in the official provider.",
			},
		},
	}
}
