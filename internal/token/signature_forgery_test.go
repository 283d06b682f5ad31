package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// TestForgedTokens checks that each forged or malformed token is rejected for exactly one
// reason, and that none of its claims are reported.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	genuine := sign(jose.RS256, accessToken(nil))
	parts := strings.Split(genuine, ".")
	forger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	forge := func(header map[string]any) string {
		return signWith(jose.SigningKey{Algorithm: jose.ES256, Key: forger}, header, accessToken(nil))
	}
	withHeader := func(header string) string { return encode(header) + "." + parts[1] + "." + parts[2] }
	withClaims := func(claims string) string { return parts[0] + "." + encode(claims) + "." + parts[2] }
	hmac := signWith(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(keySet().Keys[0].PEM)},
		map[string]any{"kid": "rsa"}, accessToken(nil))
	embedded := jose.JSONWebKey{Key: &forger.PublicKey, KeyID: "forger", Algorithm: "ES256"}
	flipped := "A"
	if parts[2][10] == 'A' {
		flipped = "B"
	}
	const (
		signature   = `bad_signature: token-signature key="rsa"`
		unknown     = `unknown_key: token-signing-key-unknown issuer="https://z.example" key="`
		headerOf    = `malformed: token-malformed reason=(jwt-header reason=(`
		noSignature = `malformed: token-malformed reason=(jwt-base64 part="signature")`
	)
	algorithm := func(name string) string {
		return `algorithm_not_allowed: token-algorithm algorithm="` + name +
			`" allowed="RS256, RS384, RS512, ES256, ES384, ES512, EdDSA"`
	}
	otherAlgorithm := func(name string) string {
		return `algorithm_not_allowed: token-algorithm-of-key algorithm="` + name + `" key_algorithm="RS256"`
	}
	extension := func(name string) string {
		return `malformed: token-malformed reason=(jwt-extension member="` + name + `")`
	}
	for name, test := range map[string]struct{ text, want string }{
		"alg none":             {encode(`{"alg":"none"}`) + "." + parts[1] + ".", algorithm("none")},
		"alg nOnE":             {withHeader(`{"alg":"nOnE","kid":"rsa"}`), algorithm("nOnE")},
		"no alg":               {withHeader(`{"kid":"rsa"}`), algorithm("")},
		"HMAC with public key": {hmac, algorithm("HS256")},
		"PSS":                  {withHeader(`{"alg":"PS256","kid":"rsa"}`), algorithm("PS256")},
		"different algorithm":  {withHeader(`{"alg":"RS512","kid":"rsa"}`), otherAlgorithm("RS512")},
		"embedded jwk":         {forge(map[string]any{"jwk": embedded}), "unknown_key: token-without-key-id"},
		"embedded jwk, kid":    {forge(map[string]any{"jwk": embedded, "kid": "forger"}), unknown + `forger"`},
		"jku": {
			forge(map[string]any{"jku": "https://evil.test", "kid": "forger"}),
			unknown + `forger"`,
		},
		"x5u": {
			forge(map[string]any{"x5u": "https://evil.test", "kid": "forger"}),
			unknown + `forger"`,
		},
		"kid for a different algorithm": {forge(map[string]any{"kid": "rsa"}), otherAlgorithm("ES256")},
		"kid for the same algorithm":    {forge(map[string]any{"kid": "ec"}), `bad_signature: token-signature key="ec"`},
		"kid is a path":                 {forge(map[string]any{"kid": "../../dev/null"}), unknown + `../../dev/null"`},
		"kid is a URL":                  {forge(map[string]any{"kid": "https://evil.test"}), unknown + `https://evil.test"`},
		"kid in upper case":             {withHeader(`{"alg":"RS256","kid":"RSA"}`), unknown + `RSA"`},
		"no kid":                        {withHeader(`{"alg":"RS256"}`), "unknown_key: token-without-key-id"},
		"empty kid":                     {withHeader(`{"alg":"RS256","kid":""}`), "unknown_key: token-without-key-id"},
		"changed header":                {withHeader(`{"alg":"RS256","kid":"rsa","typ":"at+jwt"}`), signature},
		"changed claims":                {withClaims(`{"sub":"admin"}`), signature},
		"repeated claim":                {withClaims(`{"sub":"a","sub":"b"}`), signature},
		"claim in two letter cases":     {withClaims(`{"sub":"a","SUB":"b"}`), signature},
		"claims not JSON":               {withClaims(`{"sub":`), signature},
		"empty claims":                  {parts[0] + ".." + parts[2], signature},
		"changed signature": {
			parts[0] + "." + parts[1] + "." + parts[2][:10] + flipped + parts[2][11:], signature,
		},
		"no signature":                 {parts[0] + "." + parts[1] + ".", signature},
		"signature with trailing bits": {genuine[:len(genuine)-1] + string(genuine[len(genuine)-1]+1), noSignature},
		"signature not base64":         {genuine + "!", noSignature},
		"signature with line break":    {genuine[:len(genuine)-4] + "\n" + genuine[len(genuine)-4:], noSignature},
		"claims not base64": {
			parts[0] + ".***." + parts[2],
			`malformed: token-malformed reason=(jwt-base64 part="payload")`,
		},
		"critical header": {withHeader(`{"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1}`), extension("crit")},
		"null crit":       {withHeader(`{"alg":"RS256","kid":"rsa","crit":null}`), extension("crit")},
		"b64":             {withHeader(`{"alg":"RS256","kid":"rsa","b64":false}`), extension("b64")},
		"repeated kid": {
			withHeader(`{"alg":"RS256","kid":"x","kid":"rsa"}`), headerOf + `member-duplicate member="kid"))`,
		},
		"kid in two letter cases": {
			withHeader(`{"alg":"RS256","kid":"rsa","Kid":"x"}`),
			headerOf + `member-confusable member="Kid" other="kid"))`,
		},
		"typ in a different letter case": {
			withHeader(`{"alg":"RS256","kid":"rsa","TYP":"logout+jwt"}`),
			headerOf + `member-confusable member="TYP" other="typ"))`,
		},
		"alg is a number": {withHeader(`{"alg":7}`), headerOf + mismatch("alg", "a number", "a string") + "))"},
		"kid is a number": {
			withHeader(`{"alg":"RS256","kid":7}`),
			headerOf + mismatch("kid", "a number", "a string") + "))",
		},
		"typ is a number": {
			withHeader(`{"alg":"RS256","kid":"rsa","typ":7}`),
			headerOf + mismatch("typ", "a number", "a string") + "))",
		},
		"header is an array": {withHeader(`[]`), headerOf + "json-not-object))"},
		"private jwk": {
			withHeader(`{"alg":"RS256","kid":"rsa","jwk":{"kty":"oct","k":"AA"}}`),
			"malformed: token-malformed reason=(jwt-header-invalid)",
		},
		"JWE":         {encode(`{"alg":"A256GCMKW","enc":"A256GCM"}`) + ".a.b.c.d", "opaque_token: token-opaque"},
		"no dots":     {canary, "opaque_token: token-opaque"},
		"empty":       {"", "opaque_token: token-opaque"},
		"two parts":   {parts[0] + "." + parts[1], "malformed: token-malformed reason=(jwt-parts parts=2)"},
		"four parts":  {genuine + "." + parts[2], "malformed: token-malformed reason=(jwt-parts parts=4)"},
		"six parts":   {genuine + "." + genuine, "malformed: token-malformed reason=(jwt-parts parts=6)"},
		"10,000 dots": {strings.Repeat(".", 10_000), "malformed: token-malformed reason=(jwt-parts parts=10001)"},
		"2 MiB": {
			parts[0] + "." + strings.Repeat("A", 2<<20) + "." + parts[2],
			"malformed: token-malformed reason=(jwt-too-large)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verify(test.text, token.Policy{Audience: []string{"1"}, ForbidImpersonation: true}, time.Hour)
			if got := describe(v.Failures); !slices.Equal(got, []string{test.want}) || v.Claims != nil {
				t.Errorf("got %q, want %s; claims %+v", got, test.want, v.Claims)
			}
			// The header must be reported if the JWT can be decoded.
			header, _, err := token.DecodeJWT(test.text)
			if err == nil && v.Header != string(header) {
				t.Errorf("got header %s, want %s", v.Header, header)
			}
			if text := fmt.Sprintf("%+v", v); strings.Contains(text, canary) {
				t.Errorf("the result contains the token: %s", text)
			}
		})
	}
}

// TestVerifyWithOtherKeys checks the failure if the key set does not contain the key that
// signed a genuine token. If the set contains no signing key with the ID in the header, the
// failure is unknown_key. If it contains a different key with this ID, for example the key of
// another instance, the failure is bad_signature.
func TestVerifyWithOtherKeys(t *testing.T) {
	t.Parallel()
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sameID := marshal(jose.JSONWebKey{Key: other.Public(), KeyID: "ec"})
	forEncryption := marshal(jose.JSONWebKey{Key: ecdsaKey().Public(), KeyID: "ec", Use: "enc"})
	for keys, want := range map[string]string{
		"":            `unknown_key: signing-keys-empty issuer="https://z.example" key="ec"`,
		sameID:        `bad_signature: token-signature key="ec"`,
		forEncryption: `unknown_key: token-signing-key-unknown issuer="https://z.example" key="ec"`,
		ellipticKey:   `unknown_key: token-signing-key-unknown issuer="https://z.example" key="ec"`,
	} {
		set, err := token.DecodeKeySet([]byte(`{"keys":[` + keys + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		parsed, rejection := token.Parse(sign(jose.ES256, accessToken(nil)))
		if rejection != nil {
			t.Fatal(describe(rejection.Failures))
		}
		v := token.Verifier{Issuer: issuerURL, Now: now}.Verify(parsed, set)
		if got := describe(v.Failures); !slices.Equal(got, []string{want}) || v.Claims != nil {
			t.Errorf("keys %s: got %q, want %s", keys, got, want)
		}
	}
}

// TestVerifyZeroJWT checks that a JWT that Parse did not return is rejected.
func TestVerifyZeroJWT(t *testing.T) {
	t.Parallel()
	v := token.Verifier{Issuer: issuerURL, Now: now}.Verify(&token.JWT{}, keySet())
	want := []string{"malformed: token-malformed reason=(jwt-header-invalid)"}
	if got := describe(v.Failures); !slices.Equal(got, want) || v.Claims != nil {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAllowedAlgorithms checks that tokens are accepted with each allowed algorithm, and that
// the algorithm determines the key if several keys have the ID in the header.
func TestAllowedAlgorithms(t *testing.T) {
	t.Parallel()
	keys := map[jose.SignatureAlgorithm]crypto.Signer{
		jose.EdDSA: ed25519Key, jose.RS256: rsaKey(), jose.RS384: rsaKey(), jose.RS512: rsaKey(),
	}
	for algorithm, curve := range map[jose.SignatureAlgorithm]elliptic.Curve{
		jose.ES256: elliptic.P256(), jose.ES384: elliptic.P384(), jose.ES512: elliptic.P521(),
	} {
		private, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys[algorithm] = private
	}
	var jwks []string
	for algorithm, private := range keys {
		jwk := jose.JSONWebKey{Key: private.Public(), KeyID: "a", Algorithm: string(algorithm), Use: "sig"}
		jwks = append(jwks, marshal(jwk))
	}
	set, err := token.DecodeKeySet([]byte(`{"keys":[` + strings.Join(jwks, ",") + `]}`))
	if err != nil || len(set.Keys) != len(keys) {
		t.Fatalf("got %+v, error %v; want %d keys", set, err, len(keys))
	}
	for algorithm, private := range keys {
		signing := jose.SigningKey{Algorithm: algorithm, Key: private}
		parsed, rejection := token.Parse(signWith(signing, map[string]any{"kid": "a"}, accessToken(nil)))
		if rejection != nil {
			t.Fatal(describe(rejection.Failures))
		}
		v := token.Verifier{Issuer: issuerURL, Now: now}.Verify(parsed, set)
		if len(v.Failures) > 0 || v.Claims == nil {
			t.Errorf("%s: got failures %q, want none", algorithm, describe(v.Failures))
		}
	}
}
