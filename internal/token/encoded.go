package token

import (
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// shortestEncoded is the minimum length of base64 that [encodedFault] decodes. Shorter text can be
// valid base64 by accident, and is too short for a token, a key or client credentials in base64.
const shortestEncoded = 16

// longestEncoded is the maximum length of base64 that is decoded. Tokens and keys are much shorter.
const longestEncoded = 64 << 10

// encodedFault returns a fault if text is the base64 of a key, of client credentials, of a token or
// of text that contains a token, and nil otherwise. An opaque ZITADEL token is encrypted, so decoding
// it as base64 hardly ever results in any of these.
func (l layers) encodedFault(text string) *fault.Fault {
	if len(text) < shortestEncoded || len(text) > longestEncoded {
		return nil
	}
	trimmed := strings.TrimSpace(text)
	decoded, steps, ok := pasted.DecodeBase64(trimmed)
	if !ok {
		return nil
	}
	if strings.Trim(text, "\r\n") != trimmed {
		steps = append([]string{pasted.StepTrimSpace}, steps...)
	}
	// Every second byte of ASCII text in UTF-16 is zero.
	inner := strings.ReplaceAll(string(decoded), "\x00", "")
	_, clean := pasted.Around(inner)
	switch {
	case isKey(inner) || isDER(decoded):
		return fault.New("token-is-key")
	case !isPlain(string(decoded)):
		return nil
	case IsJWT(clean), countParts(clean) == 5 && isJWE(clean), isEncrypted(clean):
		return encodedToken(steps, inner, clean)
	}
	var f *fault.Fault
	if errors.As((l-1).check(inner), &f) && slices.Contains(withToken(), f.Code) {
		if after, ok := f.Values["steps"].([]string); ok && len(after) > 0 {
			f.Values["steps"] = slices.Concat(steps, after)
		}
		return f
	}
	if isCredentials(inner) {
		return fault.New("token-is-client-secret")
	}
	return nil
}

// withToken returns the codes of the faults for text that definitely contains a token or a secret.
func withToken() []string {
	return []string{
		"token-is-key", "token-is-client-secret", "token-encoded", "token-response", "token-header", "token-parameter",
		"token-assignment",
	}
}

// encodedToken returns the fault for a token in base64. The steps decode the base64 into inner, and
// clean is inner without the characters around the token.
func encodedToken(steps []string, inner, clean string) *fault.Fault {
	after := pasted.Steps(inner, clean)
	if after == nil && inner != clean {
		return fault.New("token-encoded")
	}
	return fault.New("token-encoded", "steps", slices.Concat(steps, after))
}

// keyMember matches the name of a member that is typical of a key JSON, or of a response that
// contains one. The quotes around the name may be escaped.
var keyMember = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(?:keyId|keyDetails|keyContent|private_key)\\*"`)
})

// isKey reports whether text is a PEM, a key JSON, or a document that contains either of them.
func isKey(text string) bool {
	_, clean := pasted.Around(text)
	return strings.Contains(text, "-----BEGIN") ||
		(strings.HasPrefix(clean, "{") || strings.HasPrefix(clean, "[")) && keyMember().MatchString(text)
}

// isDER reports whether data begins like a key in DER: with the header of a SEQUENCE (X.690 section
// 8.9) that is longer than 255 bytes and extends to the end of data.
func isDER(data []byte) bool {
	const header = 4
	return len(data) > header && data[0] == 0x30 && data[1] == 0x82 &&
		int(data[2])<<8|int(data[3]) == len(data)-header
}

// basic matches the text before the credentials in a Basic Authorization header (RFC 7617), or in its
// value.
var basic = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:(?:proxy-)?authorization:\s*)?basic(?:\s*:\s*|\s+)`)
})

// isClientSecret reports whether text is a Basic Authorization header, or its value, that contains a
// client's ID and secret.
func isClientSecret(text string) bool {
	scheme := basic().FindString(text)
	decoded, _, ok := pasted.DecodeBase64(text[len(scheme):])
	return scheme != "" && ok && isCredentials(string(decoded))
}

// isCredentials reports whether text is a client ID and a client secret, joined by a colon. The ID is
// percent-encoded (RFC 6749 section 2.3.1), so it is printable ASCII.
func isCredentials(text string) bool {
	id, secret, found := strings.Cut(strings.TrimSpace(text), ":")
	isOdd := strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == '{' || r == '"' })
	return found && id != "" && secret != "" && !isOdd && isPlain(secret) && !strings.Contains(secret, "\n")
}

// isPlain reports whether text consists of printable characters and whitespace.
func isPlain(text string) bool {
	return utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) && r != '\ufeff' })
}

// isEncrypted reports whether text has the form of an opaque ZITADEL token up to v4.13, which is
// encrypted data in about 70 to 110 characters of base64url. Encrypted data is hardly ever valid
// UTF-8.
func isEncrypted(text string) bool {
	const shortest, longest = 68, 160
	data, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(text) >= shortest && len(text) <= longest && !utf8.Valid(data)
}

// within changes err, which describes the value inside the surplus characters of text, so that its
// steps apply to the whole text. It removes the steps if steps alone cannot extract the value.
func within(text string, err error) error {
	steps, _, ok := unwrap(text)
	for _, f := range fault.All(err) {
		if after, hasSteps := f.Values["steps"].([]string); hasSteps && ok && len(after) > 0 {
			f.Values["steps"] = append(steps, after...)
		} else {
			delete(f.Values, "steps")
		}
	}
	return err
}
