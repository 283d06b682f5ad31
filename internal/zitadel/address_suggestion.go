package zitadel

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// suggestion returns the origin that the user probably meant. It returns "" if that origin is
// uncertain, if accepts rejects it, or if only a scheme would distinguish the text from a secret.
func (a address) suggestion() string {
	if strings.Contains(a.text, "@") || pasted.HasPlaceholder(a.text) {
		return ""
	}
	_, text := pasted.Around(a.text)
	if _, text = pasted.Inside(text); text == "" {
		return ""
	}
	text = replaceLookalikes(text)
	scheme, rest, _ := cutScheme(text)
	for {
		rest = strings.TrimLeft(rest, `/\`)
		inner, after, isScheme := cutScheme(rest)
		if !isScheme {
			break
		}
		scheme, rest = inner, after // a URL was pasted after a scheme, so its own scheme applies
	}
	if strings.Contains(rest, "://") {
		return "" // rest contains an unsupported scheme or another URL
	}
	if end := strings.IndexAny(rest, `/?#\`); end >= 0 {
		if isPortal(rest[:end]) {
			return ""
		}
		rest = rest[:end]
	}
	_, rest = pasted.Around(rest)
	host := suggestedHost(rest)
	if host == "" || isNotHost(host) || scheme == "" && isLabel(host) {
		return ""
	}
	schemes := []string{strings.ToLower(scheme)}
	if scheme == "" {
		schemes = []string{a.scheme}
	} else if !strings.HasPrefix(strings.ToLower(text), "http") {
		schemes = append(schemes, "https", "http") // the scheme is misspelled, so either might be meant
	}
	for _, candidate := range schemes {
		u, err := parseStrictly(candidate + "://" + host)
		if err == nil && a.accepts(u) {
			return u.String()
		}
	}
	return ""
}

// replaceLookalikes replaces characters that look like the punctuation of a URL. Word processors and
// input methods insert them.
func replaceLookalikes(text string) string {
	return strings.NewReplacer(
		"\u2236", ":", "\uff1a", ":", "\u2044", "/", "\u2215", "/", "\uff0f", "/", "\uff0e", ".",
	).Replace(text)
}

// isLabel reports whether text is a host name that consists of one label. Such a name can also be a
// secret that was set in the wrong place, unless it is localhost.
func isLabel(text string) bool {
	return !strings.ContainsAny(text, ".:") && !strings.EqualFold(text, "localhost")
}

// isNotHost reports whether text is a boolean, the name of a scheme, or a reference to a value.
func isNotHost(text string) bool {
	text = strings.ToLower(text)
	return slices.Contains([]string{"false", "true", "http", "https"}, text) || isReference(text)
}

// isReference reports whether text is a reference to a value, and unlikely to be a host name such as
// "data.example.com".
func isReference(text string) bool {
	return pasted.IsReference(text) && (strings.Count(text, ".") == 1 || strings.ContainsAny(text, "_[("))
}

// If suggestion is an https URL for this machine, plain returns it with the scheme http, because
// plain HTTP is just as likely there. Otherwise, plain returns "".
func (a address) plain(suggestion string) string {
	u, err := url.Parse(suggestion)
	if err != nil || u.Scheme != "https" || !isLoopback(u.Hostname()) {
		return ""
	}
	u.Scheme = "http"
	return u.String()
}

// suggestedHost converts authority to the form that a URL requires: a host name is in Punycode, and
// an IPv6 address is in brackets. It returns "" if the intended host is uncertain.
func suggestedHost(authority string) string {
	host, port := splitAuthority(authority)
	switch {
	case strings.HasPrefix(host, "["):
		name := strings.Trim(host, "[]")
		ip, err := netip.ParseAddr(strings.Replace(name, "%25", "%", 1))
		if err != nil {
			return ""
		}
		if host = ip.String(); ip.Is6() {
			host = "[" + strings.Replace(host, "%", "%25", 1) + "]"
		}
	case port == "" && strings.Count(host, ":") > 1:
		if isAmbiguous(host) {
			return ""
		}
		host = "[" + strings.Replace(host, "%", "%25", 1) + "]"
	case strings.ContainsFunc(host, func(r rune) bool { return r > '~' }):
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return ""
		}
		host = ascii
	}
	if port != "" {
		host += ":" + port
	}
	return host
}

// isAmbiguous reports whether the last group of an IPv6 address without brackets could be a
// port, as in "::1:8080".
func isAmbiguous(host string) bool {
	at := strings.LastIndex(host, ":")
	return isIPv6(host[:at]) && checkPort(host[at+1:]) == nil && host[at+1:] != ""
}

// domainSuggestion returns host, or "" if the user would have to set port or insecure as well.
func domainSuggestion(host, port, insecure string) string {
	if port != "" || insecure != "" {
		return ""
	}
	return host
}
