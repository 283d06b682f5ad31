package message

const example = "https://my-tenant.zitadel.cloud"

// addresses returns the messages about URLs and host names.
func addresses() Section {
	return Section{
		Title: "Addresses",
		Intro: "These messages are about `issuer`, `domain`, `port`, `connect_url` and their environment variables. " +
			"`issuer` and `connect_url` are URLs that consist of scheme, host and port. `domain` is a host name.",
		Messages: []Message{
			{
				Code:  "url-empty",
				Text:  "The value is empty.",
				Next:  "Write a URL such as " + example + ", or remove the argument.",
				Guide: "An empty value often comes from a variable that is not set in the pipeline.",
			},
			{
				Code: "url-invalid",
				Text: "This is not a URL.",
				Next: "Write a URL such as " + example + ".",
			},
			{
				Code:  "url-without-scheme",
				Text:  "The URL has no scheme.",
				Next:  "Write https://{{.url}}.",
				Guide: "A host name without a scheme belongs in `domain`.",
			},
			{
				Code: "url-scheme",
				Text: `The scheme "{{.scheme}}" is not supported.`,
				Next: "Use https.",
			},
			{
				Code: "url-without-host",
				Text: "The URL has no host name.",
				Next: "Write a URL such as " + example + ".",
			},
			{
				Code: "url-with-user",
				Text: "The URL contains a user or a password, which is not supported.",
				Next: "Write only scheme, host and port.",
			},
			{
				Code: "url-with-path",
				Text: "The URL contains a path.",
				Next: "Write {{.origin}}.",
				Guide: "The URLs of the console (`/ui/console`) and of the discovery document begin with the " +
					"issuer, but are longer.",
			},
			{
				Code: "url-with-query",
				Text: "The URL contains a query.",
				Next: "Write {{.origin}}.",
			},
			{
				Code: "url-with-fragment",
				Text: "The URL contains a fragment.",
				Next: "Write {{.origin}}.",
			},
			{
				Code: "domain-invalid",
				Text: `"{{.domain}}" is not a host name.`,
				Next: "Write only a host name. If you have a URL, set issuer instead. For a port, set port.",
			},
			{
				Code: "domain-with-user",
				Text: "The domain contains a user or a password, which is not supported.",
				Next: "Write only the host name.",
			},
			{
				Code: "host-too-long",
				Text: "The host name has more than 253 characters.",
				Next: "Check the value, which may contain other text.",
			},
			{
				Code: "host-not-ascii",
				Text: "The host name contains characters other than ASCII.",
				Next: "Write the name in punycode, which begins with xn--.",
			},
			{
				Code: "host-not-ipv6",
				Text: "The host in brackets is not an IPv6 address.",
				Next: "Use brackets only around an IPv6 address.",
			},
			{
				Code:  "host-characters",
				Text:  "The host name contains a character that is not allowed.",
				Next:  "Use only letters, digits, dots, hyphens and underscores.",
				Guide: "A value from a file or a variable may contain whitespace or quotation marks.",
			},
			{
				Code:  "port-invalid",
				Text:  "The port is not a number from 1 to 65535.",
				Next:  "Correct the port, or remove it to use the default port of the scheme.",
				Guide: "`port` is for `domain`. In `issuer`, the port is part of the URL.",
			},
			{
				Code:     "port-without-domain",
				Argument: "port",
				Text:     "port requires domain, which is not set.",
				Next:     "Set domain, or write the port into issuer.",
			},
			{
				Code: "issuer-plain-http",
				Text: "Plain HTTP would send credentials unprotected.",
				Next: "Use https, or set insecure = true to allow plain HTTP.",
				Guide: "For `localhost` and loopback addresses, plain HTTP is always allowed, because requests to " +
					"them do not leave the machine.",
			},
			{
				Code: "insecure-with-https",
				Text: "insecure = true means plain HTTP, but the URL is https.",
				Next: "Remove insecure. To skip the verification of the server's certificate, set " +
					"insecure_skip_verify_tls.",
				Guide: "`insecure` selects the scheme, as in the official provider.",
			},
		},
	}
}
