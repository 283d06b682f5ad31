package message

// connectedTo is the part of a message that contains connect_url, if the provider connected to it.
const connectedTo = "{{with .connected_to}} (connected to {{.}}){{end}}"

// throughProxy is the part of a message that names the proxy, if the request used one.
const throughProxy = `{{if .proxy}} through the proxy from {{template "proxy" .}} ({{.proxy}}){{end}}`

// Advice that several messages about requests without a response share.
const (
	checkServer = "Check that the instance is running, and that this machine can reach {{.target}} (port, firewall, " +
		"proxy)."
	checkIssuer = "Check that {{.address}} refers to a ZITADEL instance."
)

// connections returns the messages about requests without a response.
func connections() Section {
	return Section{
		Title: "No response",
		Intro: "The server did not respond, or its response was incomplete. These messages follow `Request:` and " +
			"`Response: none`, or the status of the incomplete response. The provider has already retried failures " +
			"that may be temporary, as often as `max_retries` allows. `(connected to ...)` shows `connect_url` if the " +
			"provider connects to that URL instead of the issuer.",
		Messages: []Message{
			{
				Code:  "host-unresolved",
				Text:  `The host name "{{.host}}" cannot be resolved` + connectedTo + ".",
				Next:  "Check the spelling of the host name, and check that this machine can resolve it.",
				Guide: "A name that is internal to a cluster or a company network cannot be resolved outside that network.",
			},
			{
				Code:  "connection-refused",
				Text:  "The connection was refused" + connectedTo + ".",
				Next:  checkServer,
				Guide: "No program listens on this host and port, or a firewall rejects the connection.",
			},
			{
				Code: "connection-closed",
				Text: "The connection was closed before the response was complete" + connectedTo + ".",
				Next: checkServer,
				Guide: "The server or a proxy closed the connection. If this happens every time, check the limits " +
					"of the proxy.",
			},
			{
				Code: "timeout",
				Text: "No complete response arrived in time" + connectedTo + throughProxy + ".",
				Next: "Each attempt may take up to {{.timeout}}. Check that the instance is running, and that {{if .proxy}}" +
					"the proxy{{else}}this machine{{end}} can reach {{.target}} (port, firewall, proxy). If the server is " +
					"slow, raise request_timeout.",
				Guide: "The server does not respond, or a firewall drops the packets. `request_timeout` limits each " +
					"attempt.",
			},
			{
				Code: "connection-failed",
				Text: "The connection failed: {{.error}}" + connectedTo + ".",
				Next: checkServer,
			},
			{
				Code: "connection-canceled",
				Text: "The request was canceled" + connectedTo + ".",
			},
			{
				Code:     "tls-to-http-port",
				Argument: "issuer",
				OfPort:   true,
				Text:     "The server does not use TLS on this port" + connectedTo + ".",
				Next: "If this port serves plain HTTP, {{if .connected_to}}use http in " +
					"{{.connect_url_setting}}{{else if .by_domain}}set " +
					"{{.set_insecure}}{{else}}use http in {{.address}}, and set {{.set_insecure}} unless the host is this " +
					"machine{{end}}. Otherwise, correct the port.",
			},
			{
				Code:     "http-to-tls-port",
				Argument: "issuer",
				OfPort:   true,
				Text:     "The request was sent over plain HTTP, but {{.target}} requires TLS" + connectedTo + ".",
				Next: "{{if .connected_to}}Use https in {{.connect_url_setting}}{{else if .by_domain}}Remove " +
					"{{.insecure_setting}}{{else}}" +
					"Use https in {{.address}}, and remove {{.insecure_setting}} if it is set{{end}}. If the instance serves " +
					"plain HTTP on a different port, correct the port.",
			},
			{
				Code: "certificate-untrusted",
				Text: "The server's certificate is not trusted: {{.error}}" + connectedTo + ".",
				Next: "If the instance uses a private certificate authority, set ca_cert_pem to its certificate. " +
					"If the certificate is for a different host name, check {{.address}} and {{.connect_url_setting}}.",
				Guide: "The message contains the reason. The certificate must be valid for the host of `issuer`, " +
					"even with `connect_url`. If the certificate has expired, renew it, or correct the clock of " +
					"this machine.",
			},
			{
				Code:     "client-certificate-rejected",
				Argument: "client_cert_pem",
				Text: "The server requires a client certificate, or rejected the certificate that was sent: {{.error}}" +
					connectedTo + ".",
				Next: "Check that client_cert_pem and client_key_pem are for this server, and that the certificate " +
					"has not expired.",
				Guide: "The server uses mutual TLS. The message contains the reason that the server sent.",
			},
			{
				Code:  "response-header-malformed",
				Text:  "The response has a malformed header" + connectedTo + ".",
				Next:  checkIssuer,
				Guide: "The server is not ZITADEL, or a proxy changes its responses.",
			},
			{
				Code: "protocol-switched",
				Text: "The server switched to a different protocol.",
				Next: checkIssuer,
			},
			{
				Code: "response-too-large",
				Text: "The response is larger than 1 MiB. ZITADEL's responses are smaller.",
				Next: notZITADEL,
			},
			{
				Code:    "proxy-variables",
				Summary: EnvironmentSummary,
				Text:    "The proxy variables in the environment do not contain a valid proxy URL.",
				Next:    "Correct HTTPS_PROXY and HTTP_PROXY, or add the host to NO_PROXY.",
			},
			{
				Code:     "proxy-connect-url",
				Argument: "connect_url",
				Text: "A proxy would send a plain HTTP request to the issuer's host, not to the host of " +
					"{{.connect_url_setting}}.",
				Next: "Use https in {{.connect_url_setting}}, or connect without a proxy: add the host to NO_PROXY, " +
					"and remove {{.proxy_url_setting}}.",
			},
			{
				Code:     "proxy-authentication",
				Argument: "proxy_url",
				Text: `The proxy from {{template "proxy" .}} requires a user name and a password, or rejected them ` +
					"(status {{.status}}).",
				Next: "Correct the user name and the password in the proxy URL.",
			},
			{
				Code:     "proxy-refused",
				Argument: "proxy_url",
				Text:     `The proxy from {{template "proxy" .}} rejected the connection to the server (status {{.status}}).`,
				Next:     "Check that the proxy allows connections to the instance, or connect without it.",
			},
			{
				Code: "proxy-unavailable",
				Text: `The proxy from {{template "proxy" .}} is currently unable to connect to the server (status ` +
					`{{.status}}).`,
				Next: "Try again later, or check the proxy.",
			},
			{
				Code: "proxy-unreachable",
				Text: `The connection to the proxy from {{template "proxy" .}} ({{.proxy}}) failed: {{.because}}.`,
				Next: "Check that the proxy is running, that {{if .from_environment}}HTTPS_PROXY or HTTP_PROXY{{else}}" +
					"{{.proxy_url_setting}}{{end}} is correct, and that this machine can reach {{.proxy}}. If the instance can be " +
					"reached without the proxy, {{if .from_environment}}add its host to NO_PROXY{{else}}remove " +
					"{{.proxy_url_setting}}{{end}}.",
				Guide: "The provider did not reach the proxy, or the proxy closed the connection without a response. " +
					"`NO_PROXY` contains hosts, separated by commas.",
			},
			{
				Code:     "proxy-without-tls",
				Argument: "proxy_url",
				Text:     `The proxy from {{template "proxy" .}} ({{.proxy}}) does not use TLS on this port.`,
				Next:     "Use http in the proxy URL, or correct its port.",
				Guide: "The scheme of the proxy URL selects how the provider connects to the proxy. Most proxies for HTTPS " +
					"servers have an `http` URL.",
			},
			{
				Code:     "proxy-requires-tls",
				Argument: "proxy_url",
				Text:     `The proxy from {{template "proxy" .}} ({{.proxy}}) requires TLS.`,
				Next:     "Use https in the proxy URL, or correct its port.",
			},
			{
				Code: "proxy-socks",
				Text: `The SOCKS proxy from {{template "proxy" .}} ({{.proxy}}) did not connect to the server: {{.error}}.`,
				Next: "Check the user name and the password in the proxy URL, and check that the proxy can reach the instance.",
			},
			{
				Code:     "proxy-certificate",
				Argument: "proxy_url",
				Text:     `The certificate of the proxy from {{template "proxy" .}} is not trusted: {{.error}}.`,
				Next: "If it is signed by a private certificate authority, add the authority's certificate to " +
					"ca_cert_pem.",
				Guide: "The certificate of an HTTPS proxy must be valid for the host of the proxy's URL, and must " +
					"be issued by a certificate authority that the system trusts or `ca_cert_pem` contains. " +
					"`insecure_skip_verify_tls` does not apply to a proxy.",
			},
			{
				Code:     "proxy-tls",
				Argument: "proxy_url",
				Text:     `The proxy from {{template "proxy" .}} rejected the TLS connection: {{.error}}.`,
				Next: "Use a proxy that does not require a client certificate. The provider sends client_cert_pem " +
					"only to the issuer.",
			},
		},
	}
}
