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

// CheckText returns a fault for text that cannot be a token. Examples are an empty string, a
// file path, or a token inside other text, such as the header or the response that contained
// the token. The fault contains no part of the token. Its value "steps" describes how to
// extract the token (see package pasted). The value is empty if steps alone cannot extract the
// token. CheckText does not check whether a token is valid. Only the issuer can decide that.
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

// headerPrefix matches the text that precedes a token in an HTTP header (RFC 6750 section 2.1).
var headerPrefix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^((?:(?:proxy-)?authorization:\s*)?(bearer|token|basic|dpop)[\s:=]+)\S`)
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

// stepsBehindHeader returns the steps that extract the token from a header, or nil if steps
// alone cannot extract it.
func stepsBehindHeader(text string) []string {
	steps, clean, ok := unwrap(text)
	found := headerPrefix().FindStringSubmatch(clean)
	if !ok || found == nil {
		return nil
	}
	if behind := strings.TrimPrefix(clean, found[1]); headerOf(behind) != "" || CheckText(behind) != nil {
		return nil
	}
	return append(steps, pasted.StepPrefix+found[1])
}

// stepsInQuotes returns the steps that extract a token from quotes, or nil if steps
// alone cannot extract it.
func stepsInQuotes(text string) []string {
	if steps, clean, ok := unwrap(text); ok && CheckText(clean) == nil {
		return steps
	}
	return nil
}

// stepsToPath returns the steps that extract the path of a file from text. It returns nil if
// text is a path already.
func stepsToPath(text string) []string {
	if strings.HasPrefix(text, "file://") {
		return []string{pasted.StepPrefix + "file://"}
	}
	return nil
}

// parameterOf returns the name of the parameter if text contains a token as a parameter
// of a form or a URL, and "" otherwise.
func parameterOf(text string) string {
	for _, name := range []string{"access_token", "id_token", "refresh_token", "assertion", "client_assertion"} {
		if strings.Contains(text, name+"=") {
			return name
		}
	}
	return ""
}

// jsonFault returns a fault for a JSON document that was passed instead of a token. The fault
// names the member that contains a token, if the document has one. clean is text without the
// characters around the document.
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
				steps = []string{pasted.StepJSON, pasted.StepMember + name}
			} else if steps != nil {
				steps = append(steps, pasted.StepJSON, pasted.StepMember+name)
			}
			return fault.New("token-response", "member", name, "steps", steps)
		}
	}
	return fault.New("token-json")
}

// placeholders matches text that programs write instead of a token.
var placeholders = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(
		`(?i)^(null|undefined|none|nil|\*+|x{3,}|\[?redacted\]?|changeme|\(sensitive value\)|<.*>)$`,
	)
})

// isPath reports whether text is the path of a file. Base64url and JWTs do not have these
// prefixes and suffixes.
func isPath(text string) bool {
	prefixes := []string{"/", "./", "../", "~/", `C:\`, "file:"}
	suffixes := []string{".pat", ".token", ".jwt", ".txt", ".json"}
	return slices.ContainsFunc(prefixes, func(each string) bool { return strings.HasPrefix(text, each) }) ||
		slices.ContainsFunc(suffixes, func(each string) bool { return strings.HasSuffix(text, each) })
}
