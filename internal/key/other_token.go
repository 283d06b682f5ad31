package key

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// detectJWT detects a JWS or a JWE in compact form by its header.
func detectJWT(text string) *fault.Fault {
	parts := strings.Split(withoutScheme(text), ".")
	var members map[string]any
	decoded, _ := base64.RawURLEncoding.DecodeString(parts[0])
	_ = json.Unmarshal(decoded, &members) // members stays nil if there is no header
	_, hasAlgorithm := members["alg"].(string)
	_, hasEncryption := members["enc"].(string)
	switch {
	case len(parts) == 5 && hasAlgorithm && hasEncryption:
		return fault.New("key-json-is-token")
	case len(parts) == 3 && hasAlgorithm:
		return fault.New("key-json-is-jwt")
	}
	return nil
}

// detectOpaqueToken detects an opaque token in the format that ZITADEL uses up to v4.13: encrypted
// data in base64url, on one line of about 70 to 110 characters. Unlike text, encrypted data is hardly
// ever valid UTF-8.
func detectOpaqueToken(text string) *fault.Fault {
	const shortest, longest = 68, 160
	text = withoutScheme(text)
	if len(text) < shortest || len(text) > longest {
		return nil
	}
	if data, err := base64.RawURLEncoding.DecodeString(text); err == nil && !utf8.Valid(data) {
		return fault.New("key-json-is-token")
	}
	return nil
}

// withoutScheme removes the authentication scheme "Bearer" from the beginning of text.
func withoutScheme(text string) string {
	const scheme = "bearer "
	if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
		return strings.TrimSpace(text[len(scheme):])
	}
	return text
}
