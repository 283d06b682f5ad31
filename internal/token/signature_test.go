package token

import (
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// The header that determines key, algorithm and kind must be the one that go-jose
// uses for the verification.
func TestIsHeaderOf(t *testing.T) {
	t.Parallel()
	const text = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEiLCJ0eXAiOiJKV1QifQ.e30.AA" // {"alg":"RS256","kid":"1","typ":"JWT"}
	jws, err := jose.ParseSignedCompact(text, allowedAlgorithms())
	if err != nil {
		t.Fatal(err)
	}
	typ, other := "JWT", "at+jwt"
	tests := map[string]struct {
		header joseHeader
		want   bool
	}{
		"the same":          {joseHeader{algorithm: "RS256", keyID: "1", typ: &typ}, true},
		"another algorithm": {joseHeader{algorithm: "ES256", keyID: "1", typ: &typ}, false},
		"another key":       {joseHeader{algorithm: "RS256", keyID: "2", typ: &typ}, false},
		"another type":      {joseHeader{algorithm: "RS256", keyID: "1", typ: &other}, false},
		"no type":           {joseHeader{algorithm: "RS256", keyID: "1"}, false},
	}
	for name, test := range tests {
		if got := test.header.isHeaderOf(jws); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}
