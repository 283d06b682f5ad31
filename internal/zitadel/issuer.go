package zitadel

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// ParseIssuer returns the issuer URL as ZITADEL itself writes it: scheme and
// host in lower case, without default port and trailing slash. ZITADEL compares
// the "aud" of an assertion with it as text.
//
// The error is a fault: a URL with a user, path, query or fragment, or plain HTTP
// unless the host is a loopback address or insecure is true.
func ParseIssuer(text string, insecure bool) (string, error) {
	u, err := parseOrigin(text)
	if err != nil {
		return "", err
	}
	switch {
	case u.Scheme == "http" && !insecure && !isLoopback(u.Hostname()):
		return "", fault.New("issuer-plain-http")
	case u.Scheme == "https" && insecure:
		return "", fault.New("insecure-with-https")
	}
	return u.String(), nil
}

// ParseConnectURL parses the URL to connect to in place of the issuer's own host. The
// rules are those of [ParseIssuer], but plain HTTP is allowed.
func ParseConnectURL(text string) (*url.URL, error) { return parseOrigin(text) }

// IssuerOf returns the issuer of a domain and a port; "" is the default port of the
// scheme. It fails like [ParseIssuer].
func IssuerOf(domain, port string, insecure bool) (string, error) {
	if strings.Contains(domain, "@") {
		return "", fault.New("domain-with-user")
	}
	if strings.ContainsAny(domain, "/?# ") || (strings.Contains(domain, ":") && net.ParseIP(domain) == nil) {
		return "", fault.New("domain-invalid", "domain", domain)
	}
	if err := checkPort(port); err != nil {
		return "", err
	}
	scheme := "https"
	if insecure {
		scheme = "http"
	}
	host := domain
	if strings.Contains(domain, ":") {
		host = "[" + domain + "]"
	}
	if port != "" {
		host += ":" + port
	}
	return ParseIssuer(scheme+"://"+host, insecure)
}

// parseOrigin parses a URL that is an origin (RFC 6454), and normalizes it.
func parseOrigin(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return nil, fault.New("url-empty")
	case strings.Contains(text, "@"):
		// This comes first and does not quote the URL, because it may contain a password.
		// Without a scheme, url.Parse does not recognize a user.
		return nil, fault.New("url-with-user")
	case err != nil:
		return nil, fault.New("url-invalid")
	case !strings.Contains(text, "://"):
		return nil, fault.New("url-without-scheme", "url", text)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fault.New("url-scheme", "scheme", u.Scheme)
	case u.Hostname() == "":
		return nil, fault.New("url-without-host")
	}
	if err := checkHost(u); err != nil {
		return nil, err
	}
	if err := checkPort(u.Port()); err != nil {
		return nil, err
	}
	switch {
	case strings.Trim(u.Path, "/") != "":
		return nil, fault.New("url-with-path", "origin", u.Scheme+"://"+u.Host)
	case u.RawQuery != "" || u.ForceQuery:
		return nil, fault.New("url-with-query", "origin", u.Scheme+"://"+u.Host)
	case u.Fragment != "" || strings.Contains(text, "#"):
		return nil, fault.New("url-with-fragment", "origin", u.Scheme+"://"+u.Host)
	}
	if port := u.Port(); port != "" { // 0443 is 443
		u.Host = strings.TrimSuffix(u.Host, port) + strings.TrimLeft(port, "0")
	}
	return &url.URL{Scheme: u.Scheme, Host: normalHost(u)}, nil
}

// checkHost returns a fault if the host is neither a name nor an IPv6 address in
// brackets; url.Parse accepts others as well.
func checkHost(u *url.URL) error {
	name := u.Hostname()
	isInvalid := func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", r)
	}
	address, err := netip.ParseAddr(name)
	hasBrackets := strings.HasPrefix(u.Host, "[")
	const maxLength = 253 // RFC 1035 section 2.3.4
	switch {
	case len(name) > maxLength:
		return fault.New("host-too-long")
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > '~' }):
		return fault.New("host-not-ascii")
	case hasBrackets && (err != nil || !address.Is6() || strings.ContainsFunc(address.Zone(), isInvalid)):
		return fault.New("host-not-ipv6")
	case !hasBrackets && strings.ContainsFunc(name, isInvalid):
		return fault.New("host-characters")
	}
	return nil
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
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
