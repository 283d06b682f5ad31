package token

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// CheckAssertion returns a fault for text that is a token instead of an assertion: an encrypted
// token, a truncated token, or a JWT whose issuer is a URL that differs from the subject. It also
// returns a fault for an assertion that consists only of the header and the claims. It returns nil
// for any other text.
func CheckAssertion(text string) error {
	switch count := countParts(text); {
	case count == 5 && isJWE(text):
		return fault.New("assertion-is-token")
	case isUnsignedAssertion(text):
		return fault.New("assertion-without-signature")
	case count != 3 && !isOpaque(text):
		return fault.New("token-cut", "parts", count)
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

// isJWE reports whether text begins with the header of a JWE.
func isJWE(text string) bool {
	first, _, _ := strings.Cut(text, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(first)
	return err == nil && strings.Contains(string(decoded), `"enc"`)
}

// isUnsignedAssertion reports whether text consists of the header and the claims of an assertion,
// without a signature. In an assertion, the issuer and the subject are the same.
func isUnsignedAssertion(text string) bool {
	var members map[string]json.RawMessage
	_, payload, err := DecodeJWT(text + ".") // fails unless text has two parts
	if err != nil || json.Unmarshal(payload, &members) != nil {
		return false
	}
	return textMember(members, "iss") != "" && textMember(members, "iss") == textMember(members, "sub")
}
