package message

const example = "https://my-tenant.zitadel.cloud"

// addresses returns the messages about URLs and host names.
func addresses() Section {
	return Section{
		Title: "Addresses",
		Intro: "Of `issuer`, `domain`, `port`, `connect_url` and their variables. " +
			"`issuer` and `connect_url` are URLs of scheme, host and port; `domain` is a host name.",
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
				Text: "The URL contains a user or password, which is not supported.",
				Next: "Write only scheme, host and port.",
			},
			{
				Code: "url-with-path",
				Text: "The URL contains a path.",
				Next: "Write {{.origin}}.",
				Guide: "The URL of the console (`/ui/console`) or of the discovery document is not the issuer, " +
					"but begins with it.",
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
				Next: "Write a host name alone. Set issuer if you have a URL, and port for the port.",
			},
			{
				Code: "domain-with-user",
				Text: "The domain contains a user or password, which is not supported.",
				Next: "Write the host name alone.",
			},
			{
				Code: "host-too-long",
				Text: "The host name has more than 253 characters.",
				Next: "Check the value. It may contain other text.",
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
				Next:  "Use letters, digits, dots, hyphens and underscores.",
				Guide: "Look for whitespace and quotation marks that came from a file or a variable.",
			},
			{
				Code: "port-invalid",
				Text: "The port is not a number from 1 to 65535.",
				Next: "Correct the port, or remove it to use the default port of the scheme.",
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
				Guide: "Plain HTTP needs no consent for `localhost` and loopback addresses, " +
					"because requests to them do not leave the machine.",
			},
			{
				Code: "insecure-with-https",
				Text: "insecure = true means plain HTTP, but the URL is https.",
				Next: "Remove insecure. To skip the verification of the server's certificate, set insecure_skip_verify_tls.",
			},
		},
	}
}
