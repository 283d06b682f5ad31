package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// sameID returns a public key with the ID "a" as JSON.
func sameID(public crypto.PublicKey, algorithm, use string) string {
	return marshal(jose.JSONWebKey{Key: public, KeyID: "a", Algorithm: algorithm, Use: use})
}

// unrelated returns the public key of a new key pair.
func unrelated(t *testing.T, curve elliptic.Curve) crypto.PublicKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private.Public()
}

// verifyWith verifies a token, signed with the given algorithm, whose header contains the ID "a".
func verifyWith(t *testing.T, algorithm jose.SignatureAlgorithm, keys []string) *token.Verification {
	t.Helper()
	set, err := token.DecodeKeySet([]byte(`{"keys":[` + strings.Join(keys, ",") + `]}`))
	if err != nil || len(set.Keys) != len(keys) {
		t.Fatal(set, err)
	}
	signing := jose.SigningKey{Algorithm: algorithm, Key: signingKeys()[algorithm].Key}
	parsed, rejection := token.Parse(signWith(signing, map[string]any{"kid": "a"}, accessToken(nil)))
	if rejection != nil {
		t.Fatal(describe(rejection.Failures))
	}
	return token.Verifier{Issuer: issuerURL, Now: now}.Verify(parsed, set)
}

// TestKeysWithSameID checks which keys of a set verify a token if several of them have the key ID in
// the header of the token. The order of the keys must not matter.
func TestKeysWithSameID(t *testing.T) {
	t.Parallel()
	genuine, other := ecdsaKey().Public(), unrelated(t, elliptic.P256())
	anyGenuine, anyOther, anyRSA := sameID(genuine, "", ""), sameID(other, "", ""), sameID(rsaKey().Public(), "", "")
	es256, rs256 := sameID(genuine, "ES256", "sig"), sameID(rsaKey().Public(), "RS256", "sig")
	p384, forEncryption := sameID(unrelated(t, elliptic.P384()), "", ""), sameID(genuine, "", "enc")
	operations := func(names, jwk string) string { return `{"key_ops":` + names + "," + jwk[1:] }
	const (
		valid     = ""
		unknown   = `unknown_key: token-signing-key-unknown issuer="https://z.example" key="a"`
		signature = `bad_signature: token-signature key="a"`
	)
	otherAlgorithm := func(ofKey string) string {
		return `algorithm_not_allowed: token-algorithm-of-key algorithm="ES256" key_algorithm="` + ofKey + `"`
	}
	type keys = []string
	tests := map[string]struct {
		algorithm jose.SignatureAlgorithm
		keys      keys
		want      string
	}{
		"same type, alg":              {jose.ES256, keys{es256, sameID(other, "ES256", "sig")}, valid},
		"same type, no alg":           {jose.ES256, keys{anyGenuine, anyOther}, valid},
		"same type, one alg":          {jose.ES256, keys{anyGenuine, sameID(other, "ES256", "")}, valid},
		"two types, no alg, EC":       {jose.ES256, keys{anyRSA, anyGenuine}, valid},
		"two types, no alg, RSA":      {jose.RS256, keys{anyRSA, anyGenuine}, valid},
		"two types, no alg, Ed25519":  {jose.EdDSA, keys{sameID(ed25519Key.Public(), "", ""), anyGenuine}, valid},
		"two types, alg of the other": {jose.ES256, keys{rs256, anyGenuine}, valid},
		"two curves":                  {jose.ES256, keys{p384, anyGenuine}, valid},
		"two algorithms":              {jose.ES256, keys{es256, sameID(genuine, "ES384", "")}, valid},
		"neither key":                 {jose.ES256, keys{anyOther, sameID(other, "ES256", "sig"), p384}, signature},
		"keys of another algorithm":   {jose.ES256, keys{rs256, rs256}, otherAlgorithm("RS256")},
		"algorithm of another curve":  {jose.ES256, keys{sameID(genuine, "ES384", "")}, otherAlgorithm("ES384")},
		"algorithm that no key has":   {jose.ES256, keys{sameID(genuine, "HS256", "")}, otherAlgorithm("HS256")},
		"key of another type":         {jose.ES256, keys{anyRSA}, signature},
		"key of another curve":        {jose.ES256, keys{p384}, signature},
		"use enc":                     {jose.ES256, keys{forEncryption}, unknown},
		"use enc, other key":          {jose.ES256, keys{forEncryption, anyOther}, signature},
		"key_ops encrypt":             {jose.ES256, keys{operations(`["encrypt"]`, es256)}, unknown},
		"key_ops encrypt, other key":  {jose.ES256, keys{operations(`["encrypt"]`, es256), anyOther}, signature},
		"key_ops sign":                {jose.ES256, keys{operations(`["sign"]`, es256)}, unknown},
		"key_ops in another case":     {jose.ES256, keys{operations(`["Verify"]`, es256)}, unknown},
		"empty key_ops":               {jose.ES256, keys{operations(`[]`, es256)}, unknown},
		"null key_ops":                {jose.ES256, keys{operations(`null`, es256)}, valid},
		"key_ops verify":              {jose.ES256, keys{operations(`["sign","verify"]`, es256)}, valid},
		"key_ops verify, use enc":     {jose.ES256, keys{operations(`["verify"]`, forEncryption)}, unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				slices.Reverse(test.keys)
				v := verifyWith(t, test.algorithm, test.keys)
				if got := strings.Join(describe(v.Failures), ""); got != test.want || (v.Claims != nil) != (got == "") {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}

// TestKeysTried checks that no more than ten keys are tried.
func TestKeysTried(t *testing.T) {
	t.Parallel()
	others := slices.Repeat([]string{sameID(unrelated(t, elliptic.P256()), "", "")}, 10)
	genuine, unsuitable := sameID(ecdsaKey().Public(), "", ""), sameID(rsaKey().Public(), "", "")
	for name, test := range map[string]struct {
		keys []string
		want bool
	}{
		"tenth":                            {append(others[:9:9], genuine), true},
		"eleventh":                         {append(others[:10:10], genuine), false},
		"eleventh, one is of another type": {append(others[:9:9], unsuitable, genuine), true},
	} {
		if v := verifyWith(t, jose.ES256, test.keys); (v.Claims != nil) != test.want {
			t.Errorf("%s: got %v", name, describe(v.Failures))
		}
	}
}
