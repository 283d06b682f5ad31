package zitadel

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// ParseIssuer returns the issuer URL as ZITADEL itself writes it: scheme and
// host in lower case, without default port and trailing slash. ZITADEL compares
// the "aud" of an assertion with it as text.
//
// The error is a fault: a URL with a user, path, query or fragment, or plain HTTP
// unless the host is a loopback address or insecure is true. Its value suggestion,
// if not "", is a text that ParseIssuer accepts.
func ParseIssuer(text string, insecure bool) (string, error) {
	u, err := parseOrigin(address{
		text: text, scheme: schemeOf(insecure),
		accepts: func(u *url.URL) bool { return checkScheme(u, insecure) == nil },
	})
	if err != nil {
		return "", err
	}
	if err := checkScheme(u, insecure); err != nil {
		return "", err
	}
	return u.String(), nil
}

// checkScheme returns a fault for a scheme that insecure does not allow.
func checkScheme(u *url.URL, insecure bool) error {
	switch {
	case u.Scheme == "http" && !insecure && !isLoopback(u.Hostname()):
		return fault.New("issuer-plain-http")
	case u.Scheme == "https" && insecure:
		return fault.New("insecure-with-https")
	}
	return nil
}

func schemeOf(insecure bool) string {
	if insecure {
		return "http"
	}
	return "https"
}

// ParseConnectURL parses the URL to connect to in place of the issuer's own host. The
// rules are those of [ParseIssuer], but plain HTTP is allowed.
func ParseConnectURL(text string) (*url.URL, error) {
	return parseOrigin(address{text: text, scheme: "https", accepts: func(*url.URL) bool { return true }})
}

// CheckAudience returns a fault unless text can be the "aud" of an assertion for an
// instance: its issuer, as [ParseIssuer] returns it, or with the default port, which an
// instance declares if a proxy passes it on.
func CheckAudience(text string) error {
	u, err := ParseConnectURL(text)
	if err != nil {
		return err
	}
	if issuer := u.String(); text != issuer && text != issuer+":"+defaultPort(u.Scheme) {
		return fault.New("audience-not-exact", "suggestion", issuer)
	}
	return nil
}

// IssuerOf returns the issuer of a domain and a port; "" is the default port of the
// scheme. It fails like [ParseIssuer].
func IssuerOf(domain, port string, insecure bool) (string, error) {
	host := strings.TrimSuffix(strings.TrimPrefix(domain, "["), "]")
	if isIPv6(host) {
		host = "[" + strings.Replace(host, "%", "%25", 1) + "]"
	} else if host = domain; domain == "" || strings.ContainsAny(domain, "@/?#: ") {
		return "", domainFault(domain, schemeOf(insecure))
	}
	if checkPort(port) != nil {
		return "", portFault(port)
	}
	if port != "" {
		host += ":" + port
	}
	u, err := parseStrictly(schemeOf(insecure) + "://" + host)
	if err != nil && fault.Is(err, "host-too-long", "host-characters", "host-not-ipv6") &&
		!pasted.HasPlaceholder(domain) {
		if around, _ := pasted.Around(domain); around.Kind == pasted.None {
			return "", err
		}
	}
	if err != nil {
		return "", domainFault(domain, schemeOf(insecure))
	}
	return u.String(), checkScheme(u, insecure)
}

// parseOrigin parses a URL that is an origin (RFC 6454), and normalizes it. The error
// describes what is wrong.
func parseOrigin(a address) (*url.URL, error) {
	u, err := parseStrictly(a.text)
	if err != nil {
		return nil, a.fault()
	}
	return u, nil
}

// parseStrictly parses an origin.
func parseStrictly(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.User != nil, u.Opaque != "", strings.ContainsAny(text, "@#"),
		u.RawQuery != "", u.ForceQuery, strings.Trim(u.Path, "/") != "",
		u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, fault.New("url-invalid")
	}
	if err := checkAuthority(strings.Replace(u.Host, "%", "%25", 1), ""); err != nil {
		return nil, err
	}
	if port := u.Port(); port != "" { // 0443 is 443
		u.Host = strings.TrimSuffix(u.Host, port) + strings.TrimLeft(port, "0")
	}
	return &url.URL{Scheme: u.Scheme, Host: normalHost(u)}, nil
}

func checkPort(port string) error {
	if port == "" {
		return nil
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return fault.New("port-invalid")
	}
	return nil
}

func normalHost(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != defaultPort(u.Scheme) {
		host += ":" + port
	}
	return host
}

// defaultPort returns the port of a scheme if a URL contains none.
func defaultPort(scheme string) string {
	return map[string]string{"https": "443", "http": "80"}[scheme]
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return isLocalhost(host) || ip != nil && ip.IsLoopback()
}
