package provider_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The keys must be fetched only once for 100 verifications, or twice if tokens have unknown key IDs.
func TestKeysAreFetchedOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kid  func(n int) string // "" for the key ID of a genuine token
		want int
	}{
		"genuine":      {func(int) string { return "" }, 1},
		"one unknown":  {func(int) string { return "unknown" }, 2},
		"many unknown": {func(n int) string { return fmt.Sprint("unknown", n) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			p := startConfigured(t, object{"issuer": i.URL})
			genuine := i.SignToken(accessTokenClaims(i))
			var group sync.WaitGroup
			found := make([]acctest.Diagnostics, 100)
			for n := range found {
				text := genuine
				if kid := c.kid(n); kid != "" {
					parts := strings.Split(genuine, ".")
					text = base64.RawURLEncoding.EncodeToString(
						[]byte(`{"alg":"RS256","kid":"`+kid+`"}`),
					) + "." + parts[1] + "." + parts[2]
				}
				group.Go(func() {
					_, found[n] = p.Read("data", verificationBlock, object{"token": text, "required_audience": []string{}})
				})
			}
			group.Wait()
			for _, each := range found {
				if len(each) > 0 {
					t.Fatal(each)
				}
			}
			if got := i.Requests(optest.JWKS); got != c.want {
				t.Errorf("%d fetches, want %d", got, c.want)
			}
		})
	}
}

// After a rotation, the new key must be fetched, and tokens signed with the old key must still be valid.
func TestRotatedKey(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL})
	before := i.SignToken(accessTokenClaims(i))
	p.MustRead("data", verificationBlock, object{"token": before, "required_audience": []string{}})
	i.RotateKey()
	i.RotateKey() // twice, because the first key set already contains the next key
	for _, text := range []string{i.SignToken(accessTokenClaims(i)), before} {
		if got := p.MustRead(
			"data", verificationBlock, object{"token": text, "required_audience": []string{}},
		); got["valid"] != true {
			t.Errorf("failures %v, want none", got["failures"])
		}
	}
}

// Tokens signed with any of the allowed algorithms must be valid, and zitadel_jwks must return each key
// in PEM format.
func TestSigningAlgorithms(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	signers := map[jose.SignatureAlgorithm]crypto.Signer{}
	for algorithm, curve := range map[jose.SignatureAlgorithm]elliptic.Curve{
		jose.ES256: elliptic.P256(), jose.ES384: elliptic.P384(), jose.ES512: elliptic.P521(),
	} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		signers[algorithm] = key
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signers[jose.EdDSA], signers[jose.RS256], signers[jose.RS384], signers[jose.RS512] = edwards, private, private, private
	for algorithm, signer := range signers {
		i.PublishKey(jose.JSONWebKey{Key: signer.Public(), KeyID: "same", Algorithm: string(algorithm), Use: "sig"})
	}
	p := startConfigured(t, object{"issuer": i.URL})
	for algorithm, key := range signers {
		text := signJWT(
			t,
			jose.SigningKey{Algorithm: algorithm, Key: key},
			map[string]any{"kid": "same"},
			accessTokenClaims(i),
		)
		if got := p.MustRead(
			"data", verificationBlock, object{"token": text, "required_audience": []string{}},
		); got["valid"] != true {
			t.Errorf("%s: failures %v, want none", algorithm, got["failures"])
		}
	}
	types := map[any]int{}
	for _, each := range p.MustRead("data", "zitadel_jwks", nil)["keys"].([]any) {
		found := each.(object)
		types[found["kty"]]++
		block, _ := pem.Decode([]byte(found["public_key_pem"].(string)))
		if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil || found["kid"] == nil || found["use"] != "sig" {
			t.Errorf("key %v: want a kid, use sig and a PEM-encoded public key (error %v)", found, err)
		}
	}
	if types["RSA"] < 5 || types["EC"] != 3 || types["OKP"] != 1 {
		t.Errorf("key types %v, want at least 5 RSA, 3 EC and 1 OKP", types)
	}
}

// noKeys is a response with an empty key set.
var noKeys = optest.Fault{Status: 200, Body: `{"keys":[]}`}

// Older releases of ZITADEL publish no key until they sign their first token. Neither zitadel_jwks nor
// zitadel_token_verification may therefore treat an empty key set as an error.
func TestNoKeyPublished(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	i.Fail(optest.JWKS, 100, noKeys)
	p := startConfigured(t, object{"issuer": i.URL})
	if got := p.MustRead("data", "zitadel_jwks", nil); len(got["keys"].([]any)) != 0 ||
		got["document_json"] != noKeys.Body {
		t.Errorf("got %v, want an empty key set", got)
	}
	for _, kind := range acctest.Kinds {
		got := p.MustRead(
			kind,
			verificationBlock,
			object{"token": i.SignToken(accessTokenClaims(i)), "required_audience": []string{}},
		)
		detail := textOf("signing-keys-empty", "key", i.ActiveKeyID(), "issuer", i.URL)
		if !slices.Equal(failureCodes(got), []string{"unknown_key"}) ||
			!strings.Contains(fmt.Sprint(got["failures"]), detail) {
			t.Errorf("failures %v, want unknown_key: %s", got["failures"], detail)
		}
	}
	// Each verification fetches the keys one more time, because the first key might have been
	// published in the meantime.
	if got := i.Requests(optest.JWKS); got != 1+len(acctest.Kinds) {
		t.Errorf("%d fetches, want %d", got, 1+len(acctest.Kinds))
	}
}

// The first key must be found even if an empty set was fetched before, regardless of which block fetched
// the set, and how often.
func TestFirstKeyIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(p *acctest.Process, i *optest.Issuer)
		empty  int // number of responses without keys
		want   int // number of requests
	}{
		"no earlier fetch":             {func(*acctest.Process, *optest.Issuer) {}, 0, 1},
		"no earlier fetch, empty once": {func(*acctest.Process, *optest.Issuer) {}, 1, 2},
		"zitadel_jwks": {
			func(p *acctest.Process, _ *optest.Issuer) { p.MustRead("data", "zitadel_jwks", nil) }, 1, 2,
		},
		"zitadel_jwks, twice": {func(p *acctest.Process, _ *optest.Issuer) {
			p.MustRead("data", "zitadel_jwks", nil)
			p.MustRead("data", "zitadel_jwks", nil)
		}, 2, 3},
		"one failed verification": {func(p *acctest.Process, i *optest.Issuer) { failVerification(p, i) }, 2, 3},
		"two failed verifications": {
			func(p *acctest.Process, i *optest.Issuer) { failVerification(p, i); failVerification(p, i) }, 3, 4,
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				i.Fail(optest.JWKS, c.empty, noKeys)
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.ServiceJWT.KeyJSON())})
				c.before(p, i)
				issued := p.MustRead(kind, "zitadel_access_token", object{"scopes": []string{"openid"}})["access_token"]
				if got := p.MustRead(
					kind, verificationBlock, object{"token": issued, "required_audience": []string{}},
				); got["valid"] != true {
					t.Errorf("failures %v, want none", got["failures"])
				}
				if got := i.Requests(optest.JWKS); got != c.want {
					t.Errorf("%d fetches, want %d", got, c.want)
				}
				if keys := p.MustRead("data", "zitadel_jwks", nil)["keys"].([]any); len(keys) == 0 {
					t.Error("zitadel_jwks still returns the empty set")
				}
			})
		}
	}
}

// failVerification verifies a token while the issuer publishes no key. The verification must fail with
// unknown_key.
func failVerification(p *acctest.Process, i *optest.Issuer) {
	p.T.Helper()
	got := p.MustRead(
		"data",
		verificationBlock,
		object{"token": i.SignToken(accessTokenClaims(i)), "required_audience": []string{}},
	)
	if found := failureCodes(got); !slices.Equal(found, []string{"unknown_key"}) {
		p.T.Fatal(got["failures"])
	}
}

// If the key set is empty, concurrent blocks must send no more than one request each, plus one in total.
func TestNoKeyPublishedToMany(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	i.Fail(optest.JWKS, 1000, noKeys)
	p := startConfigured(t, object{"issuer": i.URL})
	text := i.SignToken(accessTokenClaims(i))
	const blocks = 50
	var group sync.WaitGroup
	found := make([]acctest.Diagnostics, blocks)
	for n := range found {
		group.Go(func() {
			if n%2 == 0 {
				_, found[n] = p.Read("data", "zitadel_jwks", nil)
				return
			}
			_, found[n] = p.Read("data", verificationBlock, object{"token": text, "required_audience": []string{}})
		})
	}
	group.Wait()
	for _, each := range found {
		if len(each) > 0 {
			t.Fatal(each)
		}
	}
	if got := i.Requests(optest.JWKS); got > blocks+1 {
		t.Errorf("%d fetches for %d blocks, want at most %d", got, blocks, blocks+1)
	}
}

// A published RSA key with fewer than 2048 bits must be ignored.
func TestSmallKeyIsIgnored(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	i := acctest.StartIssuer(t)
	signers := map[int]*rsa.PrivateKey{}
	for _, bits := range []int{1024, 2047, 2048} {
		private, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		signers[bits] = private
		i.PublishKey(jose.JSONWebKey{Key: private.Public(), KeyID: fmt.Sprint(bits), Algorithm: "RS256", Use: "sig"})
	}
	p := startConfigured(t, object{"issuer": i.URL})
	for bits, private := range signers {
		text := signJWT(
			t,
			jose.SigningKey{Algorithm: jose.RS256, Key: private},
			map[string]any{"kid": fmt.Sprint(bits)},
			accessTokenClaims(i),
		)
		got := p.MustRead("data", verificationBlock, object{"token": text, "required_audience": []string{}})
		if found := failureCodes(got); (bits < 2048) != slices.Equal(found, []string{"unknown_key"}) ||
			(bits == 2048) != (got["valid"] == true) {
			t.Errorf("%d bits: failures %v, want unknown_key: %t", bits, got["failures"], bits < 2048)
		}
	}
	for _, each := range p.MustRead("data", "zitadel_jwks", nil)["keys"].([]any) {
		if kid := each.(object)["kid"]; kid == "1024" || kid == "2047" {
			t.Errorf("zitadel_jwks returned the key with %v bits, which is too small", kid)
		}
	}
}
