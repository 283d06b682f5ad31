package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Each forged token must be rejected with the expected code, and none of its claims may be returned.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	// The other instance has different keys with the same IDs.
	other, err := optest.Start(optest.NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	genuine := i.SignToken(accessTokenClaims(i))
	parts := strings.Split(genuine, ".")
	forger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	forge := func(key jose.SigningKey, header map[string]any) string {
		t.Helper()
		return signJWT(t, key, header, accessTokenClaims(i))
	}
	forgerKey := jose.SigningKey{Algorithm: jose.ES256, Key: forger}
	embedded := jose.JSONWebKey{Key: &forger.PublicKey, KeyID: "forger", Algorithm: "ES256"}
	encode := base64.RawURLEncoding.EncodeToString
	withHeader := func(header string) string { return encode([]byte(header)) + "." + parts[1] + "." + parts[2] }
	for name, c := range map[string]struct {
		token string
		code  string
	}{
		"alg none": {encode([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", "algorithm_not_allowed"},
		"alg None": {withHeader(`{"alg":"nOnE","kid":"` + i.ActiveKeyID() + `"}`), "algorithm_not_allowed"},
		"HMAC with public key": {
			forge(
				jose.SigningKey{Algorithm: jose.HS256, Key: publicPEM(t, i)}, map[string]any{"kid": i.ActiveKeyID()},
			),
			"algorithm_not_allowed",
		},
		"other algorithm": {withHeader(`{"alg":"RS512","kid":"` + i.ActiveKeyID() + `"}`), "algorithm_not_allowed"},
		"embedded jwk":    {forge(forgerKey, map[string]any{"jwk": embedded}), "unknown_key"},
		"jku": {
			forge(forgerKey, map[string]any{"jku": other.URL + "/oauth/v2/keys", "kid": "forger"}), "unknown_key",
		},
		"x5u":           {forge(forgerKey, map[string]any{"x5u": other.URL, "kid": "forger"}), "unknown_key"},
		"issuer's kid":  {forge(forgerKey, map[string]any{"kid": i.ActiveKeyID()}), "algorithm_not_allowed"},
		"kid is a path": {forge(forgerKey, map[string]any{"kid": "../../../../dev/null"}), "unknown_key"},
		"kid is a URL":  {forge(forgerKey, map[string]any{"kid": other.URL + "/oauth/v2/keys"}), "unknown_key"},
		"no kid":        {withHeader(`{"alg":"RS256"}`), "unknown_key"},
		"crit in the header": {
			withHeader(`{"alg":"RS256","kid":"` + i.ActiveKeyID() + `","crit":["exp"],"exp":1}`), "malformed",
		},
		"claims changed":    {parts[0] + "." + encode([]byte(`{"sub":"admin"}`)) + "." + parts[2], "bad_signature"},
		"signature changed": {parts[0] + "." + parts[1] + "." + changeSignature(parts[2]), "bad_signature"},
		"no signature":      {parts[0] + "." + parts[1] + ".", "bad_signature"},
		"other instance":    {other.SignToken(accessTokenClaims(other)), "bad_signature"}, // its key has the same kid
		"repeated claim": {
			parts[0] + "." + encode([]byte(`{"sub":"a","sub":"b"}`)) + "." + parts[2], "bad_signature",
		},
		"repeated claim, other case": {
			parts[0] + "." + encode([]byte(`{"sub":"a","SUB":"b"}`)) + "." + parts[2], "bad_signature",
		},
		"claims not JSON":   {parts[0] + "." + encode([]byte(`{"sub":`)) + "." + parts[2], "bad_signature"},
		"claims not base64": {parts[0] + ".***." + parts[2], "malformed"},
		"claims empty":      {parts[0] + ".." + parts[2], "bad_signature"},
		"signature, invalid padding bits": {
			genuine[:len(genuine)-1] + string(genuine[len(genuine)-1]+1), "malformed",
		},
		"signature not base64":      {genuine + "!", "malformed"},
		"signature with padding":    {genuine + "==", "malformed"},
		"header with padding":       {parts[0] + "=." + parts[1] + "." + parts[2], "malformed"},
		"claims with padding":       {parts[0] + "." + parts[1] + "=." + parts[2], "malformed"},
		"text after an equals sign": {genuine + "=a", "malformed"},
		"repeated kid": {
			withHeader(`{"alg":"RS256","kid":"x","kid":"` + i.ActiveKeyID() + `"}`), "malformed",
		},
		"repeated kid, other case": {
			withHeader(`{"alg":"RS256","kid":"` + i.ActiveKeyID() + `","Kid":"x"}`), "malformed",
		},
		"typ in capitals": {
			withHeader(`{"alg":"RS256","kid":"` + i.ActiveKeyID() + `","TYP":"logout+jwt"}`), "malformed",
		},
		"kid is a number": {withHeader(`{"alg":"RS256","kid":7}`), "malformed"},
		"typ is a number": {withHeader(`{"alg":"RS256","kid":"` + i.ActiveKeyID() + `","typ":7}`), "malformed"},
		"b64":             {withHeader(`{"alg":"RS256","kid":"` + i.ActiveKeyID() + `","b64":false}`), "malformed"},
		"private jwk": {
			withHeader(`{"alg":"RS256","kid":"` + i.ActiveKeyID() + `","jwk":{"kty":"oct","k":"AA"}}`), "malformed",
		},
		"JWE":         {i.World.Service.PAT, "opaque_token"},
		"no dots":     {"abcdefghij", "opaque_token"},
		"two parts":   {parts[0] + "." + parts[1], "malformed"},
		"four parts":  {genuine + "." + parts[2], "malformed"},
		"six parts":   {genuine + "." + genuine, "malformed"},
		"10,000 dots": {strings.Repeat(".", 10000), "malformed"},
		"2 MiB":       {parts[0] + "." + strings.Repeat("A", 2<<20) + "." + parts[2], "malformed"},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				before := other.Connections()
				p := startConfigured(t, object{"issuer": i.URL})
				got := p.MustRead(kind, verificationBlock, object{"token": c.token, "required_audience": []string{"1"}})
				if found := failureCodes(got); !slices.Equal(found, []string{c.code}) || got["valid"] != false {
					t.Errorf("valid %v, failures %v; want false, %s", got["valid"], got["failures"], c.code)
				}
				for _, claim := range []string{"subject", "issuer", "client_id", "expires_at", "claims_json"} {
					if got[claim] != nil {
						t.Errorf("the result contains %s of a forged token: %v", claim, got[claim])
					}
				}
				if other.Connections() != before {
					t.Error("a request was sent to the address in the token")
				}
			})
		}
	}
}

// changeSignature returns signature with one character changed.
func changeSignature(signature string) string {
	if signature[10] == 'A' {
		return signature[:10] + "B" + signature[11:]
	}
	return signature[:10] + "A" + signature[11:]
}

// publicPEM returns one of the issuer's public keys in PEM format, which a forger could use as an HMAC
// key.
func publicPEM(t *testing.T, i *optest.Issuer) []byte {
	t.Helper()
	got := startConfigured(t, object{"issuer": i.URL}).MustRead("data", "zitadel_jwks", nil)
	return []byte(got["keys"].([]any)[0].(object)["public_key_pem"].(string))
}

// signJWT returns a JWT with the given header parameters and claims, signed with key.
func signJWT(t *testing.T, key jose.SigningKey, header, claims map[string]any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signature.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
