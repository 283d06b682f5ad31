package key_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// The JWK contains only the public key, and verifies a signature by the private key.
func TestPublicJWK(t *testing.T) {
	t.Parallel()
	k := parsed(t, serviceAccount())
	text := must(k.PublicJWK())
	var members map[string]string
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(members)); !slices.Equal(names, []string{"alg", "e", "kid", "kty", "n", "use"}) {
		t.Errorf("members %q", names)
	}
	if members["kid"] != k.ID || members["alg"] != "RS256" || members["use"] != "sig" || members["kty"] != "RSA" {
		t.Errorf("JWK %s", text)
	}
	var jwk jose.JSONWebKey
	if err := json.Unmarshal([]byte(text), &jwk); err != nil || !jwk.Valid() || !jwk.IsPublic() {
		t.Fatalf("not a valid public JWK: %v", err)
	}
	signed := must(k.Sign([]string{"https://z.example"}, someTime, 1))
	jws := must(jose.ParseSignedCompact(signed.Text.Reveal(), []jose.SignatureAlgorithm{jose.RS256}))
	if _, err := jws.Verify(&jwk); err != nil {
		t.Error(err)
	}
}
