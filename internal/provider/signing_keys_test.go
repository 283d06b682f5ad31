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
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// One fetch of the keys for 100 verifications, two with an unknown key, and no
// more for many unknown keys.
func TestKeysAreFetchedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		kid  func(n int) string // "" for a genuine token
		want int
	}{
		"genuine":      {func(int) string { return "" }, 1},
		"one unknown":  {func(int) string { return "unknown" }, 2},
		"many unknown": {func(n int) string { return fmt.Sprint("unknown", n) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			i := issuer(t)
			p := configured(t, object{"issuer": i.URL})
			genuine := i.SignToken(good(i))
			var group sync.WaitGroup
			found := make([]diagnostics, 100)
			for n := range found {
				text := genuine
				if kid := c.kid(n); kid != "" {
					parts := strings.Split(genuine, ".")
					text = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"`+kid+`"}`)) + "." + parts[1] + "." + parts[2]
				}
				group.Go(func() { _, found[n] = p.read("data", verification, object{"token": text}) })
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

// After a rotation the new key is fetched, and the old one still verifies.
func TestRotatedKey(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL})
	before := i.SignToken(good(i))
	p.must("data", verification, object{"token": before})
	i.RotateKey()
	i.RotateKey() // the next key of the first set is known already
	for _, text := range []string{i.SignToken(good(i)), before} {
		if got := p.must("data", verification, object{"token": text}); got["valid"] != true {
			t.Errorf("failures %v", got["failures"])
		}
	}
}

// Every algorithm of the allow-list verifies, and its key becomes PEM.
func TestOtherKinds(t *testing.T) {
	i := issuer(t)
	signers := map[jose.SignatureAlgorithm]crypto.Signer{}
	for algorithm, curve := range map[jose.SignatureAlgorithm]elliptic.Curve{jose.ES256: elliptic.P256(), jose.ES384: elliptic.P384(), jose.ES512: elliptic.P521()} {
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
	p := configured(t, object{"issuer": i.URL})
	for algorithm, key := range signers {
		text := signed(t, jose.SigningKey{Algorithm: algorithm, Key: key}, map[string]any{"kid": "same"}, good(i))
		if got := p.must("data", verification, object{"token": text}); got["valid"] != true {
			t.Errorf("%s: %v", algorithm, got["failures"])
		}
	}
	types := map[any]int{}
	for _, each := range p.must("data", "zitadel_jwks", nil)["keys"].([]any) {
		found := each.(object)
		types[found["kty"]]++
		block, _ := pem.Decode([]byte(found["public_key_pem"].(string)))
		if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil || found["kid"] == nil || found["use"] != "sig" {
			t.Errorf("%v: %v", found, err)
		}
	}
	if types["RSA"] < 5 || types["EC"] != 3 || types["OKP"] != 1 {
		t.Errorf("kinds of keys: %v", types)
	}
}
