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

// shortestEncoded is the minimum length of base64 that [encodedFault] decodes. The base64 of a
// token, a key or client credentials is longer, and shorter text may be base64 by accident.
const shortestEncoded = 16

// encodedFault returns a fault if text is base64 of a key, of client credentials, of a token or of text
// around a token, and nil otherwise. An opaque token of ZITADEL is encrypted, so its base64 hardly ever
// decodes to any of them.
func encodedFault(text string) *fault.Fault {
	if len(text) < shortestEncoded {
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
	if errors.As(CheckText(inner), &f) && slices.Contains(withToken(), f.Code) {
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

// withToken returns the codes of the faults of text that definitely contains a token or a secret.
func withToken() []string {
	return []string{
		"token-is-key", "token-is-client-secret", "token-encoded", "token-response", "token-header", "token-parameter",
		"token-assignment",
	}
}

// encodedToken returns the fault for a token in base64. The steps decode the base64 to inner, which
// consists of clean, the token, and the characters around it.
func encodedToken(steps []string, inner, clean string) *fault.Fault {
	after := pasted.Steps(inner, clean)
	if after == nil && inner != clean {
		return fault.New("token-encoded")
	}
	return fault.New("token-encoded", "steps", slices.Concat(steps, after))
}

// keyMember matches the name of a member that a key JSON, or a response that contains one, has. The
// quotation marks may be escaped.
var keyMember = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(?:keyId|keyDetails|keyContent|private_key)\\*"`)
})

// isKey reports whether text is a PEM, a key JSON, or a document that contains either of them.
func isKey(text string) bool {
	_, clean := pasted.Around(text)
	return strings.Contains(text, "-----BEGIN") ||
		(strings.HasPrefix(clean, "{") || strings.HasPrefix(clean, "[")) && keyMember().MatchString(text)
}

// isDER reports whether data has the header of a key in DER: a SEQUENCE (X.690 section 8.9) that
// consists of exactly the data and is longer than 255 bytes.
func isDER(data []byte) bool {
	const header = 4
	return len(data) > header && data[0] == 0x30 && data[1] == 0x82 &&
		int(data[2])<<8|int(data[3]) == len(data)-header
}

// basic matches the scheme before the credentials in an Authorization header (RFC 7617).
var basic = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:(?:proxy-)?authorization:\s*)?basic(?:\s*:\s*|\s+)`)
})

// isClientSecret reports whether text is a header with the ID and the secret of a client.
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

// isEncrypted reports whether text has the form of an opaque token of ZITADEL up to version 4.13, which
// consists of about 70 to 110 characters of base64url. Encrypted data is hardly ever valid UTF-8.
func isEncrypted(text string) bool {
	const shortest, longest = 68, 160
	data, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(text) >= shortest && len(text) <= longest && !utf8.Valid(data)
}

// within returns err, the fault of the text inside of the characters around it. The steps of the
// result apply to the whole text.
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
