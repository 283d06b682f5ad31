package message

// to is a part of messages that names the address of the connection.
const to = "{{with .connect_url}} (connected to {{.}}){{end}}"

// connections returns the messages about requests without a response.
func connections() Section {
	return Section{
		Title: "No response",
		Intro: "The request got no response from the server. These messages follow `Request:` and `Response: none`.",
		Messages: []Message{
			{
				Code: "host-unresolved",
				Text: `The host name "{{.host}}" cannot be resolved` + to + ".",
				Next: "Check the spelling of the host, and that this machine can resolve it.",
			},
			{
				Code: "connection-refused",
				Text: "The connection was refused" + to + ".",
				Next: "Check that the instance is running, and that this machine can reach {{.target}} (port, firewall, proxy).",
			},
			{
				Code: "connection-closed",
				Text: "The connection was closed before the response was complete" + to + ".",
				Next: "Check that the instance is running, and that this machine can reach {{.target}} (port, firewall, proxy).",
			},
			{
				Code: "timeout",
				Text: "No complete response arrived in time" + to + ".",
				Next: "Each attempt may take {{.timeout}}. Check that the instance is running, and that this machine " +
					"can reach {{.target}} (firewall, proxy), or raise request_timeout.",
			},
			{
				Code: "connection-failed",
				Text: "The connection failed: {{.error}}" + to + ".",
				Next: "Check that the instance is running, and that this machine can reach {{.target}} (port, firewall, proxy).",
			},
			{
				Code: "connection-canceled",
				Text: "The request was canceled" + to + ".",
			},
			{
				Code: "tls-to-http-port",
				Text: "The server does not speak TLS on this port" + to + ".",
				Next: "Check scheme and port of issuer, domain and connect_url: the port serves plain HTTP.",
			},
			{
				Code: "http-to-tls-port",
				Text: "The request was sent over plain HTTP, and {{.target}} requires TLS" + to + ".",
				Next: "Use https in {{if .connect_url}}connect_url{{else}}issuer, or remove insecure{{end}}. If the instance " +
					"serves plain HTTP on another port, correct the port.",
			},
			{
				Code: "certificate-untrusted",
				Text: "The server's certificate is not trusted: {{.error}}" + to + ".",
				Next: "If the instance uses a private certificate authority, set ca_cert_pem to its certificate. " +
					"If the certificate is for another host name, check issuer and connect_url.",
			},
			{
				Code: "client-certificate-rejected",
				Text: "The server requires a client certificate, or rejected the one that it received: {{.error}}" + to + ".",
				Next: "Check that client_cert_pem and client_key_pem are for this server, and that the certificate " +
					"has not expired.",
			},
			{
				Code: "response-header-malformed",
				Text: "The response has a malformed header" + to + ".",
				Next: "Check that issuer is the URL of a ZITADEL instance.",
			},
			{
				Code: "protocol-switched",
				Text: "The server switched to another protocol.",
				Next: "Check that issuer is the URL of a ZITADEL instance.",
			},
			{
				Code: "response-too-large",
				Text: "The response is larger than 1 MiB. ZITADEL's responses are smaller.",
				Next: "Check that issuer is the URL of a ZITADEL instance, and that no other server responds at its address.",
			},
			{
				Code: "proxy-variables",
				Text: "The proxy variables of the environment do not contain the URL of a proxy.",
				Next: "Correct HTTPS_PROXY and HTTP_PROXY.",
			},
			{
				Code: "proxy-connect-url",
				Text: "A proxy would send a request over plain HTTP to the issuer's host, not to connect_url.",
				Next: "Use https in connect_url, or connect without a proxy: add the host to NO_PROXY, and remove proxy_url.",
			},
			{
				Code: "proxy-authentication",
				Text: `The proxy of {{template "proxy" .}} requires a user and a password, or rejected them (status {{.status}}).`,
				Next: "Correct user and password in the URL of the proxy.",
			},
			{
				Code: "proxy-refused",
				Text: `The proxy of {{template "proxy" .}} does not connect to the server (status {{.status}}).`,
				Next: "Check that the proxy allows connections to the instance, or connect without it.",
			},
			{
				Code: "proxy-unavailable",
				Text: `The proxy of {{template "proxy" .}} does not connect to the server at the moment (status {{.status}}).`,
				Next: "Try again later, or check the proxy.",
			},
			{
				Code: "proxy-certificate",
				Text: `The certificate of the proxy is not trusted: {{.error}} (proxy of {{template "proxy" .}}).`,
				Next: "If it is signed by a private certificate authority, add that to ca_cert_pem.",
			},
			{
				Code: "proxy-tls",
				Text: `The proxy rejected the TLS connection: {{.error}} (proxy of {{template "proxy" .}}).`,
				Next: "Use a proxy without client certificates: client_cert_pem is sent to the issuer only.",
			},
		},
	}
}
