package token

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// CheckText returns a fault for a text that cannot be a token: it is empty, or a token
// with something around it, such as the header or the response that contained it. The
// fault contains no part of the text. Its value steps, in the form of package key, is how
// to get the token out of it; it is empty if steps alone cannot do that. Whether a text is a
// valid token is a matter of the issuer.
func CheckText(text string) error {
	around, clean := pasted.Around(text)
	inside, _ := pasted.Inside(text)
	switch {
	case text == "":
		return fault.New("token-empty")
	case strings.HasPrefix(clean, "{"), strings.HasPrefix(clean, "[") && !placeholders().MatchString(clean):
		return jsonFault(text, clean)
	case headerOf(clean) != "":
		return fault.New("token-header", "header", headerOf(clean), "steps", stepsBehindHeader(text))
	case parameterOf(clean) != "":
		return fault.New("token-parameter", "parameter", parameterOf(clean))
	case around.Kind == pasted.Quote:
		return fault.New("token-quoted", "steps", stepsInQuotes(text))
	case around.Kind != pasted.None:
		steps := pasted.Steps(text, clean)
		if CheckText(clean) != nil {
			steps = nil
		}
		return fault.New("token-whitespace", "character", around.Character, "steps", steps)
	case inside.Kind != pasted.None:
		return fault.New("token-whitespace", "character", inside.Character)
	case strings.HasPrefix(text, "-----BEGIN"):
		return fault.New("token-is-key")
	case pasted.HasPlaceholder(text) || placeholders().MatchString(text):
		return fault.New("token-placeholder")
	case isPath(text):
		return fault.New("token-is-path", "steps", stepsToPath(text))
	}
	return nil
}

// header matches what precedes a token in an HTTP header (RFC 6750 section 2.1).
var header = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^((?:(?:proxy-)?authorization:\s*)?(bearer|token|basic|dpop)[\s:=]+)\S`)
})

// headerOf returns the scheme of a header that a text is the value of, or "" if it is none.
func headerOf(text string) string {
	found := header().FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return strings.ToUpper(found[2][:1]) + strings.ToLower(found[2][1:])
}

// unwrap returns the steps to a text without what is around it, and whether there are any:
// a JSON string is decoded, or whitespace and a byte order mark are removed.
func unwrap(text string) (steps []string, clean string, ok bool) {
	if json.Unmarshal([]byte(text), &clean) == nil {
		return []string{"json"}, clean, true
	}
	_, clean = pasted.Around(text)
	steps = pasted.Steps(text, clean)
	return steps, clean, steps != nil || text == clean
}

// stepsBehindHeader returns the steps to the token in the value of a header.
func stepsBehindHeader(text string) []string {
	steps, clean, ok := unwrap(text)
	found := header().FindStringSubmatch(clean)
	if !ok || found == nil {
		return nil
	}
	if behind := strings.TrimPrefix(clean, found[1]); headerOf(behind) != "" || CheckText(behind) != nil {
		return nil
	}
	return append(steps, "prefix:"+found[1])
}

// stepsInQuotes returns the steps to a token in quotation marks.
func stepsInQuotes(text string) []string {
	if steps, clean, ok := unwrap(text); ok && CheckText(clean) == nil {
		return steps
	}
	return nil
}

// stepsToPath returns the steps to the path of a file.
func stepsToPath(text string) []string {
	if strings.HasPrefix(text, "file://") {
		return []string{"prefix:file://"}
	}
	return nil
}

// parameterOf returns the name of the parameter of a form or a URL that a text contains
// a token in, or "" if there is none.
func parameterOf(text string) string {
	for _, name := range []string{"access_token", "id_token", "refresh_token", "assertion", "client_assertion"} {
		if strings.Contains(text, name+"=") {
			return name
		}
	}
	return ""
}

// jsonFault describes a JSON document in place of a token, by the member that has one.
// clean is the text without what is around it.
func jsonFault(text, clean string) error {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(clean), &members) != nil {
		return fault.New("token-json")
	}
	if members["keyId"] != nil || members["private_key"] != nil {
		return fault.New("token-is-key")
	}
	for _, name := range []string{"access_token", "token", "id_token", "accessToken", "value"} {
		var member string
		if json.Unmarshal(members[name], &member) == nil && member != "" && CheckText(member) == nil {
			steps := pasted.Steps(text, clean)
			if json.Valid([]byte(text)) {
				steps = []string{"json", "member:" + name}
			} else if steps != nil {
				steps = append(steps, "json", "member:"+name)
			}
			return fault.New("token-response", "member", name, "steps", steps)
		}
	}
	return fault.New("token-json")
}

// placeholders matches what programs write in place of a token.
var placeholders = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(
		`(?i)^(null|undefined|none|nil|\*+|x{3,}|\[?redacted\]?|changeme|\(sensitive value\)|<.*>)$`,
	)
})

// isPath reports whether a text is the path of a file: neither base64url nor a JWT has a
// slash or such an ending.
func isPath(text string) bool {
	prefixes := []string{"/", "./", "../", "~/", `C:\`, "file:"}
	suffixes := []string{".pat", ".token", ".jwt", ".txt", ".json"}
	return slices.ContainsFunc(prefixes, func(each string) bool { return strings.HasPrefix(text, each) }) ||
		slices.ContainsFunc(suffixes, func(each string) bool { return strings.HasSuffix(text, each) })
}

// CheckWhole returns a fault for a token that was cut: a JWT has three parts, an
// encrypted one five, and any other ZITADEL token contains no dot.
func CheckWhole(text string) error {
	parts := strings.Count(text, ".") + 1
	if parts == 1 || parts == 3 || parts == 5 {
		return nil
	}
	return fault.New("token-cut", "parts", parts)
}

// Kind returns a fault that describes what a token is if it is not an access token: an
// ID token or an assertion, for example. It returns nil for an access token, and for a
// text that is no JWT. Nothing is verified, so the result is only a hint.
func Kind(text string) *fault.Fault {
	rawHeader, payload, notJWT := DecodeJWT(text)
	header, unreadable := decodeHeader(rawHeader)
	_, members, undecodable := decodeClaims(payload)
	if notJWT == nil && unreadable == nil && undecodable == nil {
		return otherKind(header, members)
	}
	return nil
}

// CheckAssertion returns a fault that describes a text that is a token in place of an
// assertion: opaque, encrypted or cut, or a JWT that was issued to its subject by
// another. It returns nil for any other text.
func CheckAssertion(text string) error {
	switch parts := strings.Count(text, ".") + 1; {
	case parts == 5 && isJWE(text):
		return fault.New("assertion-is-token")
	case parts != 3 && parts != 5 && parts != 1:
		return fault.New("token-cut", "parts", parts)
	}
	var members map[string]json.RawMessage
	if _, payload, err := DecodeJWT(text); err == nil && json.Unmarshal(payload, &members) == nil {
		issuer, subject := textMember(members, "iss"), textMember(members, "sub")
		if strings.HasPrefix(issuer, "http") && subject != "" && issuer != subject {
			return fault.New("assertion-is-token")
		}
	}
	return nil
}

// isJWE reports whether a text begins with the header of a JWE.
func isJWE(text string) bool {
	first, _, _ := strings.Cut(text, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(first)
	return err == nil && strings.Contains(string(decoded), `"enc"`)
}
