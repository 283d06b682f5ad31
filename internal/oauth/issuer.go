package oauth

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// ParseIssuer returns the issuer URL as ZITADEL itself writes it: scheme and
// host in lower case, without default port and trailing slash. ZITADEL compares
// the "aud" of an assertion with it letter by letter.
//
// A URL with user, path, query or fragment is an error. So is plain http, but
// for a loopback address or where insecure consents to it.
func ParseIssuer(text string, insecure bool) (string, error) {
	u, err := parseOrigin(text)
	if err != nil {
		return "", err
	}
	switch {
	case u.Scheme == "http" && !insecure && !loopback(u.Hostname()):
		return "", errors.New("plain http would send credentials unprotected: write https://, or set insecure = true to consent")
	case u.Scheme == "https" && insecure:
		return "", errors.New("plain http is what insecure = true means, and this is https: drop insecure (to skip the check of a certificate there is insecure_skip_verify_tls)")
	}
	return u.String(), nil
}

// ParseConnectURL reads the URL of a host that answers in the issuer's place.
// The rules are those of [ParseIssuer], but plain http is allowed.
func ParseConnectURL(text string) (*url.URL, error) { return parseOrigin(text) }

// IssuerOf builds the issuer of a domain, a port and a scheme that stand apart.
// port may be "": the scheme's own.
func IssuerOf(domain, port string, insecure bool) (string, error) {
	if strings.Contains(domain, "@") {
		return "", errors.New("this is not a bare host name: a user or password has no place in it")
	}
	if strings.ContainsAny(domain, "/?# ") || (strings.Contains(domain, ":") && net.ParseIP(domain) == nil) {
		return "", fmt.Errorf("\"%s\" is not a bare host name: a scheme belongs into issuer, a port into port", printable(domain, 100))
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

// parseOrigin reads a URL that is an origin (RFC 6454) and normalises it.
func parseOrigin(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return nil, errors.New("it is empty: write it like https://my-tenant.zitadel.cloud, or leave the argument out")
	case strings.Contains(text, "@"):
		// Refused first and not quoted: a user may come with a password, and
		// without a scheme url.Parse does not see it.
		return nil, errors.New("a user or password has no place in this URL: leave only scheme, host and port")
	case err != nil:
		return nil, errors.New("this is not a URL: write it like https://my-tenant.zitadel.cloud")
	case !strings.Contains(text, "://"):
		return nil, fmt.Errorf("a scheme is missing: write https://%s", printable(text, 200))
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("the scheme \"%s\" is not https", printable(u.Scheme, 50))
	case u.Hostname() == "":
		return nil, errors.New("a host name is missing: write it like https://my-tenant.zitadel.cloud")
	}
	if err := checkHost(u); err != nil {
		return nil, err
	}
	if err := checkPort(u.Port()); err != nil {
		return nil, err
	}
	switch {
	case strings.Trim(u.Path, "/") != "":
		return nil, fmt.Errorf("a path has no place in this URL: write %s://%s", u.Scheme, u.Host)
	case u.RawQuery != "" || u.ForceQuery:
		return nil, fmt.Errorf("a query has no place in this URL: write %s://%s", u.Scheme, u.Host)
	case u.Fragment != "" || strings.Contains(text, "#"):
		return nil, fmt.Errorf("a fragment has no place in this URL: write %s://%s", u.Scheme, u.Host)
	}
	if port := u.Port(); port != "" { // 0443 is 443
		u.Host = strings.TrimSuffix(u.Host, port) + strings.TrimLeft(port, "0")
	}
	return &url.URL{Scheme: u.Scheme, Host: normalHost(u)}, nil
}

// checkHost takes the name of a host, or an IPv6 address in brackets. url.Parse
// lets pass what is neither.
func checkHost(u *url.URL) error {
	name := u.Hostname()
	odd := func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", r)
	}
	address, err := netip.ParseAddr(name)
	const longest = 253 // RFC 1035 section 2.3.4
	switch {
	case len(name) > longest:
		return errors.New("the host name has more than 253 characters")
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > '~' }):
		return errors.New("the host name has letters beyond ASCII: write its punycode form, which begins with xn--")
	case strings.HasPrefix(u.Host, "[") && (err != nil || !address.Is6() || strings.ContainsFunc(address.Zone(), odd)):
		return errors.New("what is in brackets is no IPv6 address")
	case !strings.HasPrefix(u.Host, "[") && strings.ContainsFunc(name, odd):
		return errors.New("a host name has only letters, digits, dots, hyphens and underscores")
	}
	return nil
}

func checkPort(port string) error {
	if port == "" {
		return nil
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return errors.New("a port is a number from 1 to 65535")
	}
	return nil
}

func normalHost(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		host += ":" + port
	}
	return host
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
