package token

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// CheckText returns a fault for text that cannot be a token. Examples are an empty string, a file
// path, or a token inside other text, such as the header or the response that contained the token.
// The fault contains no part of the token. Its "steps" value describes how to extract the token (see
// package pasted), and is empty if steps alone cannot extract it. CheckText does not check whether a
// token is valid, because only the issuer can decide that.
func CheckText(text string) error { return layers(maxLayers).check(text) }

// maxLayers is the number of layers around a token, such as quotes or base64, that CheckText removes
// to recognize the token. Without a limit, its effort would grow exponentially with the layers.
const maxLayers = 3

// layers is the number of layers that may still be removed from a text.
type layers int

// check implements [CheckText]. It returns nil if no layer may be removed anymore.
func (l layers) check(text string) error {
	if l < 0 {
		return nil
	}
	around, clean := pasted.Around(text)
	inside, _ := pasted.Inside(text)
	encoded := l.encodedFault(text)
	var inner *fault.Fault // of base64 inside other characters
	if encoded == nil && around.Kind != pasted.None {
		inner = l.encodedFault(clean)
	}
	switch {
	case text == "":
		return fault.New("token-empty")
	case isKey(text):
		return fault.New("token-is-key")
	case isClientSecret(clean):
		return fault.New("token-is-client-secret")
	case encoded != nil:
		return encoded
	case page().MatchString(clean):
		return fault.New("token-is-page")
	case strings.HasPrefix(clean, "{"), strings.HasPrefix(clean, "[") && !pasted.HasPlaceholder(clean):
		return l.jsonFault(text, clean)
	case headerOf(clean) != "":
		return l.headerFault(text, clean)
	case parameterOf(clean) == "code":
		return fault.New("token-is-authorization-code")
	case parameterOf(clean) != "":
		return fault.New("token-parameter", "parameter", parameterOf(clean))
	case isAssignment(clean):
		return fault.New("token-assignment")
	case pasted.IsReference(clean):
		return fault.New("value-reference")
	case inner != nil:
		return within(text, inner)
	case around.Kind == pasted.Quote:
		return fault.New("token-quoted", "steps", l.stepsInQuotes(text))
	case around.Kind != pasted.None:
		steps := pasted.Steps(text, clean)
		if (l - 1).check(clean) != nil {
			steps = nil
		}
		return fault.New("token-whitespace", "character", around.Character, "steps", steps)
	case pasted.HasPlaceholder(text):
		return fault.New("token-placeholder")
	case inside.Kind != pasted.None:
		return fault.New("token-whitespace", "character", inside.Character)
	case isPath(text):
		return fault.New("token-is-path", "steps", stepsToPath(text))
	case foreign(text) >= 0:
		return fault.New("token-character", "character", pasted.Describe(foreign(text)))
	}
	return nil
}

// foreign returns the first character of text that belongs to the syntax around a token, such as a
// comma or an escape sequence, or -1 if there is none. No token contains such a character (RFC 6750
// section 2.1). Other characters that no token contains are left to the checks of the token.
func foreign(text string) rune {
	at := strings.IndexAny(text, ",;:\\%")
	if at < 0 {
		return -1
	}
	return rune(text[at])
}

// page matches the beginning of an HTML or XML document, which servers and proxies may return instead
// of other content.
var page = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^<(?:!doctype|html|\?xml)\b`)
})

// assignment matches the beginning of an assignment, as in a shell or a .env file, and of a member of
// a YAML document.
var assignment = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[a-z]+\s+)?[$A-Za-z_][A-Za-z0-9_.:-]*(?:\s*=\s*|:\s+)[^=\s]`)
})

// isAssignment reports whether text assigns a value to a name. A JWT, which begins with the base64 of
// a JSON object, is not a name, even if it is followed by invalid padding.
func isAssignment(text string) bool {
	return assignment().MatchString(text) && !strings.HasPrefix(text, "eyJ")
}

// headerPrefix matches the text that precedes a token in an HTTP header (RFC 6750 section 2.1).
var headerPrefix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^((?:(?:proxy-)?authorization:\s*)?(bearer|token|basic|dpop)(?:\s*:\s*|\s+))[^\s=]`)
})

// headerOf returns the authentication scheme if text is an HTTP header or the value of
// one, and "" otherwise.
func headerOf(text string) string {
	found := headerPrefix().FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return strings.ToUpper(found[2][:1]) + strings.ToLower(found[2][1:])
}

// headerFault returns the fault for an HTTP header, or for the text after the scheme if that is a key
// or a client's credentials. clean is text without the characters around the header.
func (l layers) headerFault(text, clean string) error {
	_, rest := pasted.Around(strings.TrimPrefix(clean, headerPrefix().FindStringSubmatch(clean)[1]))
	if err := (l - 1).check(rest); fault.Is(err, "token-is-key", "token-is-client-secret") {
		return err
	}
	return fault.New("token-header", "header", headerOf(clean), "steps", l.stepsAfterHeader(text))
}

// unwrap decodes a JSON string, or removes whitespace and a byte order mark around text. It
// returns the result and the steps that lead to it. ok is false if steps alone cannot do this.
func unwrap(text string) (steps []string, clean string, ok bool) {
	if json.Unmarshal([]byte(text), &clean) == nil {
		return []string{pasted.StepJSON}, clean, true
	}
	_, clean = pasted.Around(text)
	steps = pasted.Steps(text, clean)
	return steps, clean, steps != nil || text == clean
}

// stepsAfterHeader returns the steps that extract the token from a header, or nil if steps
// alone cannot extract it.
func (l layers) stepsAfterHeader(text string) []string {
	steps, clean, ok := unwrap(text)
	found := headerPrefix().FindStringSubmatch(clean)
	if !ok || found == nil {
		return nil
	}
	if rest := strings.TrimPrefix(clean, found[1]); headerOf(rest) != "" || (l-1).check(rest) != nil {
		return nil
	}
	return append(steps, pasted.StepPrefix+found[1])
}

// stepsInQuotes returns the steps that extract a token from quotes, or nil if steps
// alone cannot extract it.
func (l layers) stepsInQuotes(text string) []string {
	if steps, clean, ok := unwrap(text); ok && (l-1).check(clean) == nil {
		return steps
	}
	return nil
}

// stepsToPath returns the steps that extract a file path from text. It returns nil if text is already
// a path.
func stepsToPath(text string) []string {
	if strings.HasPrefix(text, "file://") {
		return []string{pasted.StepPrefix + "file://"}
	}
	return nil
}

// parameterOf returns the name of the parameter if text is a form or a URL that contains a
// token or an authorization code, and "" otherwise.
func parameterOf(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("?&#;\"' \t\r\n", r) })
	for _, name := range []string{
		"access_token", "id_token", "refresh_token", "subject_token", "actor_token", "client_assertion",
		"assertion", "token", "code",
	} {
		if name == "token" && !strings.ContainsAny(text, "?&#") {
			continue // an assignment
		}
		for _, part := range parts {
			if value, ok := strings.CutPrefix(part, name+"="); ok && value != "" {
				return name
			}
		}
	}
	return ""
}

// jsonFault returns the fault for a JSON document that was passed instead of a token. If a member
// contains a token, the fault names the member. clean is text without the characters around the
// document.
func (l layers) jsonFault(text, clean string) error {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(clean), &members) != nil {
		return fault.New("token-json")
	}
	for _, name := range []string{"access_token", "token", "id_token", "accessToken", "value"} {
		var member string
		if json.Unmarshal(members[name], &member) == nil && member != "" && (l-1).check(member) == nil {
			steps := pasted.Steps(text, clean)
			if json.Valid([]byte(text)) {
				steps = []string{pasted.StepJSON, pasted.StepMember + name}
			} else if steps != nil {
				steps = append(steps, pasted.StepJSON, pasted.StepMember+name)
			}
			return fault.New("token-response", "member", name, "steps", steps)
		}
	}
	return fault.New("token-json")
}

// isPath reports whether text is a file path. Base64url and JWTs do not have these prefixes and
// suffixes.
func isPath(text string) bool {
	prefixes := []string{"/", "./", "../", "~/", `C:\`, "file:"}
	suffixes := []string{".pat", ".token", ".jwt", ".txt", ".json"}
	return slices.ContainsFunc(prefixes, func(each string) bool { return strings.HasPrefix(text, each) }) ||
		slices.ContainsFunc(suffixes, func(each string) bool { return strings.HasSuffix(text, each) })
}
