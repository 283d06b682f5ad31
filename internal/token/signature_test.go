package token

import (
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// TestIsHeaderOf checks that a header is accepted only if go-jose decoded it in the same way.
// The header determines the key, the algorithm and the kind of the token.
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
		"same header":         {joseHeader{algorithm: "RS256", keyID: "1", typ: &typ}, true},
		"different algorithm": {joseHeader{algorithm: "ES256", keyID: "1", typ: &typ}, false},
		"different key":       {joseHeader{algorithm: "RS256", keyID: "2", typ: &typ}, false},
		"different type":      {joseHeader{algorithm: "RS256", keyID: "1", typ: &other}, false},
		"no type":             {joseHeader{algorithm: "RS256", keyID: "1"}, false},
	}
	for name, test := range tests {
		if got := test.header.isHeaderOf(jws); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}
