package key_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// TestPublicJWK checks that the JWK contains only the public key, and that it verifies an assertion
// that the private key signed.
func TestPublicJWK(t *testing.T) {
	t.Parallel()
	k := parsed(t, serviceAccount())
	text := must(k.PublicJWK())
	var members map[string]string
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		t.Fatal(err)
	}
	want := []string{"alg", "e", "kid", "kty", "n", "use"}
	if names := slices.Sorted(maps.Keys(members)); !slices.Equal(names, want) {
		t.Errorf("got members %q, want %q", names, want)
	}
	if members["kid"] != k.ID || members["alg"] != "RS256" || members["use"] != "sig" || members["kty"] != "RSA" {
		t.Errorf("got JWK %s, want an RSA key for RS256 with the ID %q", text, k.ID)
	}
	var jwk jose.JSONWebKey
	if err := json.Unmarshal([]byte(text), &jwk); err != nil || !jwk.Valid() || !jwk.IsPublic() {
		t.Fatalf("got %s, want a valid public JWK: %v", text, err)
	}
	signed := must(k.Sign([]string{"https://z.example"}, someTime, 1))
	jws := must(jose.ParseSignedCompact(signed.Text.Reveal(), []jose.SignatureAlgorithm{jose.RS256}))
	if _, err := jws.Verify(&jwk); err != nil {
		t.Error(err)
	}
}
