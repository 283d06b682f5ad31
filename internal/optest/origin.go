package optest

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// origin is the address that a client used, according to the headers of its request. ZITADEL
// looks up the instance by the instance host, which a proxy can set.
type origin struct {
	instanceHost string
	publicHost   string
	protocol     string
}

// parseOrigin reads the origin from the headers of a request.
func parseOrigin(r *http.Request) origin {
	forwardedHost, forwardedProtocol := forwarded(r.Header.Get("Forwarded"))
	o := origin{
		instanceHost: cmp.Or(r.Header.Get("X-Zitadel-Instance-Host"), forwardedHost,
			r.Header.Get("X-Forwarded-Host"), r.Host),
		publicHost: r.Header.Get("X-Zitadel-Public-Host"),
		protocol:   cmp.Or(forwardedProtocol, r.Header.Get("X-Forwarded-Proto")),
	}
	if o.protocol == "" {
		o.protocol = "http"
		if r.TLS != nil {
			o.protocol = "https"
		}
	}
	return o
}

// forwarded returns the host and the protocol in a Forwarded header.
func forwarded(header string) (host, protocol string) {
	for pair := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		switch strings.ToLower(name) {
		case "host":
			host = value
		case "proto":
			protocol = value
		}
	}
	return host, protocol
}

// issuer returns the issuer identifier for the origin.
func (o origin) issuer() string {
	return o.protocol + "://" + cmp.Or(o.publicHost, o.instanceHost)
}

// withPort returns the origin with its protocol's default port, unless it already has a port.
func (o origin) withPort() origin {
	if hostname(o.instanceHost) != o.instanceHost {
		return o
	}
	port := "80"
	if o.protocol == "https" {
		port = "443"
	}
	o.instanceHost += ":" + port
	return o
}

// String formats the origin as ZITADEL does in its error messages.
func (o origin) String() string {
	return fmt.Sprintf("&{%s %s %s}", o.instanceHost, o.publicHost, o.protocol)
}

// instanceError returns the error text for an origin that does not match the instance, or ""
// if it does. An origin matches if its host names, without ports, are the instance's domain.
// The text is German if the language is "de", and English otherwise, because only these two
// languages were recorded.
func (o origin) instanceError(domain, language string) string {
	message := "Instance not found. Make sure you got the domain right. " +
		"Check out https://zitadel.com/docs/apis/introduction#domains"
	if language == "de" {
		message = "Instanz nicht gefunden. Stelle sicher, dass Du die richtige Domain hast. " +
			"Schau unter https://zitadel.com/docs/apis/introduction#domains"
	}
	id, parent := "", ""
	switch {
	case hostname(o.instanceHost) != domain:
		id = "QUERY-1kIjX"
	case o.publicHost != "" && hostname(o.publicHost) != domain:
		id, parent = "QUERY-IuGh1", fmt.Sprintf(" Parent=(public domain %q not trusted)", o.publicHost)
	default:
		return ""
	}
	return fmt.Sprintf("unable to set instance using origin %s (ExternalDomain is %s): ID=%s "+
		"Message=%s%s", o, domain, id, message, parent)
}

// hostname returns the host without its port.
func hostname(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		return host // there is no port
	}
	return name
}
