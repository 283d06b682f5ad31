package acctest

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"
)

// ChangeKey returns the contents of a key file with the given members replaced. A member
// whose value is nil is removed.
func ChangeKey(t testing.TB, key []byte, members Object) string {
	t.Helper()
	whole := map[string]any{}
	if err := json.Unmarshal(key, &whole); err != nil {
		t.Fatal(err)
	}
	for name, value := range members {
		whole[name] = value
		if value == nil {
			delete(whole, name)
		}
	}
	changed, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}

// EncodePEM returns der as a PEM block of the given type.
func EncodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// DecodeJWT returns the header and the claims of a signed JWT without verifying its signature.
func DecodeJWT(t testing.TB, token any) (header, claims map[string]any) {
	t.Helper()
	text, _ := token.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("the token has %d parts, want 3", len(parts))
	}
	for n, target := range []*map[string]any{&header, &claims} {
		decoded, err := base64.RawURLEncoding.DecodeString(parts[n])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(decoded, target); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

// UnsignedJWT returns a JWT with an invalid signature.
func UnsignedJWT(header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(claims)) + ".c2lnbmF0dXJl"
}

// ParseTime parses the result of a block as a time. It fails the test if the result is not an
// RFC 3339 time in UTC.
func ParseTime(t testing.TB, result any) time.Time {
	t.Helper()
	text, _ := result.(string)
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil || !strings.HasSuffix(text, "Z") {
		t.Fatalf("%q is not an RFC 3339 time in UTC", text)
	}
	return parsed
}
