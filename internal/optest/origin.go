package optest

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// origin is how a client reached the server. ZITADEL finds the instance by the
// instance host, which a proxy can set.
type origin struct {
	instanceHost string
	publicHost   string
	protocol     string
}

// originOf reads the origin from a request's headers.
func originOf(r *http.Request) origin {
	forwardedHost, forwardedProtocol := forwarded(r.Header.Get("Forwarded"))
	o := origin{
		instanceHost: firstOf(r.Header.Get("X-Zitadel-Instance-Host"), forwardedHost,
			r.Header.Get("X-Forwarded-Host"), r.Host),
		publicHost: r.Header.Get("X-Zitadel-Public-Host"),
		protocol:   firstOf(forwardedProtocol, r.Header.Get("X-Forwarded-Proto")),
	}
	if o.protocol == "" {
		o.protocol = "http"
		if r.TLS != nil {
			o.protocol = "https"
		}
	}
	return o
}

// forwarded returns host and protocol of a Forwarded header.
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

// firstOf returns the first value that is not empty.
func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// issuer returns the issuer identifier for the origin.
func (o origin) issuer() string {
	return o.protocol + "://" + firstOf(o.publicHost, o.instanceHost)
}

// String formats the origin as ZITADEL's error texts do.
func (o origin) String() string {
	return fmt.Sprintf("&{%s %s %s}", o.instanceHost, o.publicHost, o.protocol)
}

// refusal returns why the server does not answer under this origin, or "" if
// it does. The hostname has to match the domain exactly, the port does not
// matter.
func (o origin) refusal(domain string) string {
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
		"Message=Instance not found. Make sure you got the domain right. "+
		"Check out https://zitadel.com/docs/apis/introduction#domains%s", o, domain, id, parent)
}

// hostname returns a host without its port.
func hostname(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		return host // it has no port
	}
	return name
}
