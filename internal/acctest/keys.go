package acctest

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"
)

// ChangeKey returns a key file in which members are replaced, or removed if nil.
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

// EncodePEM returns a PEM block of a type.
func EncodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// DecodeJWT returns the header and the claims of a signed JWT, without verifying it.
func DecodeJWT(t testing.TB, token any) (header, claims map[string]any) {
	t.Helper()
	text, _ := token.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
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

// ParseTime parses a result that is an RFC 3339 time in UTC.
func ParseTime(t testing.TB, result any) time.Time {
	t.Helper()
	text, _ := result.(string)
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil || !strings.HasSuffix(text, "Z") {
		t.Fatalf("%q is not a time in UTC", text)
	}
	return parsed
}
