package zitadel

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// ParseIssuer parses an issuer URL and returns it as ZITADEL writes it: with the scheme and the
// host in lower case, and without the default port or a trailing slash. ZITADEL compares the
// audience of an assertion with this text.
//
// The error is a fault. ParseIssuer rejects a URL with a user, path, query or fragment. It rejects
// plain HTTP unless the host is a loopback address or insecure is true, and it rejects HTTPS if
// insecure is true. If the fault contains a suggestion other than "", ParseIssuer accepts that
// suggestion.
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

// checkScheme returns a fault for plain HTTP to a different machine if insecure is false, and for
// HTTPS if insecure is true.
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

// ParseConnectURL parses the URL to connect to instead of the issuer's host. It follows the rules
// of [ParseIssuer], except that it accepts both http and https.
func ParseConnectURL(text string) (*url.URL, error) {
	return parseOrigin(address{text: text, scheme: "https", accepts: func(*url.URL) bool { return true }})
}

// CheckAudience returns a fault unless text can be the audience of an assertion: an issuer as
// [ParseIssuer] returns it, with or without the default port. An instance declares the default port
// if a proxy adds it to the Host header.
func CheckAudience(text string) error {
	switch _, inner := pasted.Around(text); {
	case text == "":
		return fault.New("audience-empty")
	case strings.HasPrefix(inner, "urn:"):
		return fault.New("audience-not-issuer", "is_scope", true)
	case isZITADELID(inner):
		return fault.New("audience-not-issuer")
	}
	u, err := ParseConnectURL(text)
	if err != nil {
		return err
	}
	issuer := u.String()
	if text == issuer || text == issuer+":"+defaultPort(u.Scheme) {
		return nil
	}
	return fault.New("audience-not-exact", "suggestion", issuer, "difference", difference(text))
}

// isZITADELID reports whether text has the form of an object's ID in ZITADEL or of an application's
// client ID. A client ID may contain the project name after an at sign, with any characters of the
// name except spaces.
func isZITADELID(text string) bool {
	number, project, hasProject := strings.Cut(text, "@")
	isOdd := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }
	return number != "" && strings.Trim(number, "0123456789") == "" &&
		hasProject == (project != "") && !strings.ContainsFunc(project, isOdd)
}

// difference describes how text, which [ParseConnectURL] accepts, differs from its normalized form.
// If there are several differences, it describes only one of them.
func difference(text string) string {
	switch {
	case strings.HasSuffix(text, "/"):
		return "trailing slash"
	case strings.ToLower(text) != text:
		return "uppercase letters"
	case strings.HasSuffix(text, ":"):
		return "colon without a port"
	}
	return "leading zeros in its port"
}

// IssuerOf returns the issuer for a domain and a port. The port "" means the scheme's default port.
// IssuerOf follows the rules of [ParseIssuer].
func IssuerOf(domain, port string, insecure bool) (string, error) {
	host := strings.TrimSuffix(strings.TrimPrefix(domain, "["), "]")
	if isIPv6(host) {
		host = "[" + strings.Replace(host, "%", "%25", 1) + "]"
	} else if host = domain; domain == "" || strings.ContainsAny(domain, "@/?#: ") || pasted.HasPlaceholder(domain) {
		return "", domainFault(domain, insecure)
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
		return "", domainFault(domain, insecure)
	}
	return u.String(), checkScheme(u, insecure)
}

// parseOrigin parses and normalizes a URL that must be an origin (RFC 6454). The error describes
// why the URL is invalid.
func parseOrigin(a address) (*url.URL, error) {
	u, err := parseStrictly(a.text)
	if err != nil {
		return nil, a.fault()
	}
	return u, nil
}

// parseStrictly parses and normalizes an origin. Its errors contain no suggestion.
func parseStrictly(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.User != nil, u.Opaque != "", strings.ContainsAny(text, "@#"),
		u.RawQuery != "", u.ForceQuery, strings.Trim(u.Path, "/") != "",
		u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "", isPortal(u.Hostname()):
		return nil, fault.New("url-invalid")
	}
	if err := checkAuthority(strings.Replace(u.Host, "%", "%25", 1), ""); err != nil {
		return nil, err
	}
	if port := u.Port(); port != "" { // for example, 0443 becomes 443
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

// defaultPort returns the default port of a scheme, or "" for an unknown scheme.
func defaultPort(scheme string) string {
	return map[string]string{"https": "443", "http": "80"}[scheme]
}

// SameIssuer reports whether two issuers are the same, ignoring default ports.
func SameIssuer(a, b string) bool { return withoutDefaultPort(a) == withoutDefaultPort(b) }

// withoutDefaultPort returns an issuer without its port if that is the scheme's default port, and
// the unchanged issuer otherwise.
func withoutDefaultPort(issuer string) string {
	scheme, _, _ := strings.Cut(issuer, "://")
	port := ":" + defaultPort(scheme)
	if without, hasPort := strings.CutSuffix(issuer, port); hasPort && port != ":" &&
		!strings.HasSuffix(without, "/") && (strings.HasSuffix(without, "]") || strings.Count(without, ":") == 1) {
		return without
	}
	return issuer
}

// sameOrigin reports whether endpoint is a URL with the scheme, host and port of issuer
// (RFC 6454 section 5).
func sameOrigin(endpoint, issuer string) bool {
	const maxLength = 2000
	if len(endpoint) > maxLength || strings.ContainsFunc(endpoint, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.User != nil || u.Opaque != "" {
		return false
	}
	return strings.ToLower(u.Scheme)+"://"+normalHost(u) == issuer
}
