package zitadel

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// address is a URL, as the user wrote it, that must be an origin. If it is not an origin, fault
// describes why, and suggestion returns the origin that the user probably meant.
type address struct {
	text string
	// scheme is the scheme to suggest if text contains none.
	scheme string
	// accepts reports whether an origin is acceptable. Only acceptable origins are suggested.
	accepts func(*url.URL) bool
}

// fault returns a fault that describes why the address is invalid. Most faults contain a
// suggestion, which is "" if the intended origin is uncertain. An address that contains "@" is
// never quoted, because it might contain a password.
func (a address) fault() error {
	suggestion := a.suggestion()
	around, _ := pasted.Around(a.text)
	inside, _ := pasted.Inside(a.text)
	scheme, rest, isScheme := cutScheme(replaceLookalikes(a.text))
	_, _, isDoubled := cutScheme(rest)
	u, err := url.Parse(a.text)
	switch {
	case a.text == "":
		return fault.New("url-empty")
	case strings.Contains(a.text, "@"):
		return fault.New("url-with-user")
	case around.Kind != pasted.None:
		return surplusFault(a.text, around, suggestion)
	case pasted.HasPlaceholder(a.text):
		return fault.New("value-placeholder")
	case isReference(a.text):
		return fault.New("value-reference")
	case inside.Kind != pasted.None:
		return surplusFault(a.text, inside, suggestion)
	case isScheme && scheme == "":
		return fault.New("url-without-scheme", "suggestion", suggestion, "plain", a.plain(suggestion))
	case isScheme && isDoubled:
		return fault.New("url-scheme-doubled", "suggestion", suggestion)
	case isScheme && !strings.HasPrefix(a.text, scheme+"://"), isScheme && strings.HasPrefix(rest, "/"):
		return fault.New("url-scheme-misspelled", "suggestion", suggestion)
	case !strings.Contains(a.text, "://"):
		return fault.New("url-without-scheme", "suggestion", suggestion, "plain", a.plain(suggestion))
	case !isScheme:
		if other, _, _ := strings.Cut(a.text, "://"); isURIScheme(other) {
			return fault.New("url-scheme", "scheme", other)
		}
		return fault.New("url-invalid")
	}
	if err := checkAuthority(rest, suggestion); err != nil {
		return err
	}
	switch {
	case err != nil:
		return fault.New("url-invalid")
	case isPortal(u.Hostname()):
		return fault.New("url-of-portal")
	case strings.Trim(u.Path, "/") != "":
		return fault.New("url-with-path", "suggestion", suggestion, "page", pageOf(u.Path))
	case u.RawQuery != "" || u.ForceQuery:
		return fault.New("url-with-query", "suggestion", suggestion)
	case u.Fragment != "" || strings.Contains(a.text, "#"):
		return fault.New("url-with-fragment", "suggestion", suggestion)
	}
	return fault.New("url-invalid")
}

// surplusFault returns the fault for a value with extra characters, such as quotes or whitespace.
// If [pasted.Steps] can remove all of these characters, the fault contains the steps.
func surplusFault(value string, s pasted.Surplus, suggestion string) error {
	if s.Kind == pasted.Quote {
		return fault.New("value-quoted", "suggestion", suggestion)
	}
	_, clean := pasted.Around(value)
	steps := pasted.Steps(value, clean)
	if inside, _ := pasted.Inside(clean); inside.Kind != pasted.None {
		steps = nil
	}
	return fault.New("value-whitespace", "character", s.Character, "suggestion", suggestion, "steps", steps)
}

// isURIScheme reports whether text is not empty and contains only characters that are allowed in a
// URI scheme (RFC 3986 section 3.1).
func isURIScheme(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("+-.", r)
	})
}

// checkAuthority returns a fault if the host or the port in rest is invalid. rest is a URL
// without its scheme and "://", so it begins with the host.
func checkAuthority(rest, suggestion string) error {
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	host, port := splitAuthority(authority)
	isBracketed := strings.HasPrefix(host, "[")
	name := host
	if isBracketed {
		name = host[1 : len(host)-1]
	}
	const longest = 253 // RFC 1035 section 2.3.4
	ip, err := netip.ParseAddr(strings.Replace(name, "%25", "%", 1))
	switch {
	case name == "":
		return fault.New("url-without-host")
	case len(name) > longest:
		return fault.New("host-too-long")
	case strings.ContainsFunc(name, func(r rune) bool { return r > '~' }):
		return fault.New("host-not-ascii", "suggestion", suggestion)
	case isBracketed && (err != nil || !ip.Is6() || strings.ContainsFunc(ip.Zone(), isNotHostCharacter)):
		return fault.New("host-not-ipv6", "suggestion", suggestion)
	case isBracketed && strings.Contains(name, "%") && !strings.Contains(name, "%25"):
		return fault.New("host-zone", "suggestion", suggestion)
	case !isBracketed && strings.Count(authority, ":") > 1 && isIPv6(authority):
		return fault.New("host-without-brackets", "suggestion", suggestion)
	case !isBracketed && strings.ContainsFunc(name, isNotHostCharacter):
		return fault.New("host-characters")
	}
	if checkPort(port) != nil {
		return fault.New("port-invalid", "suggestion", "")
	}
	return nil
}

// splitAuthority returns the host and the port of an authority without validating them. An
// IPv6 address without brackets is returned as a host without a port.
func splitAuthority(authority string) (host, port string) {
	if strings.HasPrefix(authority, "[") {
		host, after, _ := strings.Cut(authority, "]")
		return host + "]", strings.TrimPrefix(after, ":")
	}
	if strings.Count(authority, ":") > 1 && isIPv6(authority) {
		return authority, ""
	}
	at := strings.LastIndex(authority, ":")
	if at < 0 {
		return authority, ""
	}
	return authority[:at], authority[at+1:]
}

func isIPv6(text string) bool {
	ip, err := netip.ParseAddr(text)
	return err == nil && ip.Is6()
}

// isNotHostCharacter reports whether r is not allowed in a host name.
func isNotHostCharacter(r rune) bool {
	return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", r)
}

// schemeLike matches the beginning of an http or https URL: the scheme, which can be
// misspelled or missing, and "://", which can be misspelled.
var schemeLike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i)([htpsx()]{3,7}|)([:;]+[/\\]*|\.?//+|\\\\+)`)
})

// cutScheme returns the scheme at the beginning of text, with its spelling corrected, and the rest
// of text. If text begins with "//" or "://", isScheme is true and scheme is "".
func cutScheme(text string) (scheme, rest string, isScheme bool) {
	found := schemeLike().FindStringSubmatch(text)
	if found == nil {
		return "", text, false
	}
	name := strings.ToLower(found[1])
	rest = text[len(found[0]):]
	switch {
	case name != "" && (!strings.Contains(name, "t") || !strings.Contains(name, "p")):
		return "", text, false // for example, ssh://
	case name == "" && !strings.Contains(found[2], "//"):
		return "", text, false // for example, :8080
	case strings.Contains(name, "s"):
		scheme = "https"
	case name != "":
		scheme = "http"
	}
	if strings.EqualFold(found[1], scheme) {
		scheme = found[1] // for example, HTTPS
	}
	// Leave the third slash of "https:///" in rest, so that the caller detects the misspelling.
	if exact := found[1] + "://"; scheme != "" && found[1] == scheme && strings.HasPrefix(text, exact) {
		rest = text[len(exact):]
	}
	return scheme, rest, true
}

// domainFault returns the fault for a domain that is not a host name. The fault suggests the host
// name and the port that the domain contains. If the domain is a URL whose scheme contradicts
// insecure, the fault also suggests the opposite value of insecure.
func domainFault(domain string, insecure bool) error {
	if strings.Contains(domain, "@") {
		return fault.New("domain-with-user")
	}
	a := address{text: domain, scheme: schemeOf(insecure), accepts: func(*url.URL) bool { return true }}
	host, port, other := "", "", "" // other is the suggested value of insecure
	if u, err := url.Parse(a.suggestion()); err == nil && u.Host != "" {
		host, port = u.Hostname(), u.Port()
		if u.Scheme != schemeOf(insecure) {
			other = strconv.FormatBool(!insecure)
		}
	}
	around, _ := pasted.Around(domain)
	inside, _ := pasted.Inside(domain)
	switch {
	case domain == "":
		return fault.New("url-without-host")
	case around.Kind != pasted.None:
		return surplusFault(domain, around, domainSuggestion(host, port, other))
	case pasted.HasPlaceholder(domain):
		return fault.New("value-placeholder")
	case inside.Kind != pasted.None:
		return surplusFault(domain, inside, domainSuggestion(host, port, other))
	case strings.ContainsFunc(domain, func(r rune) bool { return r > '~' }) && !strings.ContainsAny(domain, "/:"):
		return fault.New("host-not-ascii", "suggestion", host)
	}
	if host == "" {
		domain = "" // the text might be a secret that was set in the wrong place
	}
	return fault.New("domain-invalid", "domain", domain, "suggestion", host, "port", port, "insecure", other)
}

// portFault returns the fault for an invalid port. If a valid port remains after surrounding
// characters are removed, the fault suggests that port.
func portFault(port string) error {
	digits := strings.Trim(port, " \t\r\n\":'/")
	digits = strings.TrimSuffix(digits, "/tcp")
	if checkPort(digits) != nil || strings.Contains(port, "@") {
		digits = ""
	}
	if around, _ := pasted.Around(port); around.Kind != pasted.None {
		return surplusFault(port, around, digits)
	}
	return fault.New("port-invalid", "suggestion", digits)
}
