package token_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

const (
	issuerURL = "https://z.example"
	// canary must not appear in any error or failure.
	canary = "CANARY-do-not-print"
)

// now is about the time at which the recorded JWTs were issued.
var now = time.Unix(1795310100, 0).UTC()

// The issuer's keys are the same in every process, because the fuzzer signs its seeds
// in one process and verifies them in others.
var (
	ed25519Key = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	ecdsaKey   = sync.OnceValue(func() *ecdsa.PrivateKey {
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 7))
		if err != nil {
			panic(err)
		}
		return private
	})
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
		p, q := prime("prime 79"), prime("prime 119")
		one := big.NewInt(1)
		order := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		private := &rsa.PrivateKey{
			PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
			D:         new(big.Int).ModInverse(big.NewInt(65537), order), Primes: []*big.Int{p, q},
		}
		private.Precompute()
		if err := private.Validate(); err != nil {
			panic(err)
		}
		return private
	})
)

// prime returns a 1024-bit number, which is prime for the seeds above. Searching for such
// seeds takes about a second.
func prime(seed string) *big.Int {
	first, second := sha512.Sum512([]byte(seed)), sha512.Sum512([]byte(seed+seed))
	digits := append(first[:], second[:]...)
	digits[0] |= 0xc0
	digits[len(digits)-1] |= 1
	return new(big.Int).SetBytes(digits)
}

// signingKeys returns the issuer's keys, keyed by signature algorithm.
var signingKeys = sync.OnceValue(func() map[jose.SignatureAlgorithm]jose.JSONWebKey {
	return map[jose.SignatureAlgorithm]jose.JSONWebKey{
		jose.RS256: {Key: rsaKey(), KeyID: "rsa", Use: "sig", Algorithm: "RS256"},
		jose.ES256: {Key: ecdsaKey(), KeyID: "ec", Use: "sig"},
		jose.EdDSA: {Key: ed25519Key, KeyID: "ed", Use: "sig", Algorithm: "EdDSA"},
	}
})

// keySetJSON returns the issuer's key set as JSON.
var keySetJSON = sync.OnceValue(func() string {
	var set jose.JSONWebKeySet
	for _, algorithm := range []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA} {
		signing := signingKeys()[algorithm]
		set.Keys = append(set.Keys, signing.Public())
	}
	data, err := json.Marshal(set)
	if err != nil {
		panic(err)
	}
	return string(data)
})

var keySet = sync.OnceValue(func() *token.KeySet {
	set, err := token.DecodeKeySet([]byte(keySetJSON()))
	if err != nil || len(set.Keys) != 3 {
		panic(err)
	}
	return set
})

// sign returns a token that the issuer signed. The type in the header is JWT.
func sign(algorithm jose.SignatureAlgorithm, payload string) string {
	return signWith(jose.SigningKey{Algorithm: algorithm, Key: signingKeys()[algorithm]},
		map[string]any{"typ": "JWT"}, payload)
}

// signWith returns a JWT that is signed with the given key.
func signWith(signing jose.SigningKey, header map[string]any, payload string) string {
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(signing, options)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign([]byte(payload))
	if err != nil {
		panic(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

// encode encodes text as a part of a JWT.
func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// unsigned returns a JWT without a valid signature.
func unsigned(header, claims string) string {
	return encode(header) + "." + encode(claims) + ".c2lnbmF0dXJl"
}

// verify parses and verifies text as the client does, at the time now.
func verify(text string, policy token.Policy, leeway time.Duration) *token.Verification {
	parsed, rejection := token.Parse(text)
	if rejection != nil {
		return rejection
	}
	return token.Verifier{Issuer: issuerURL, Now: now, Leeway: leeway, Policy: policy}.Verify(parsed, keySet())
}

// describe returns one line for each failure: "code: reason".
func describe(failures []token.Failure) (lines []string) {
	for _, failure := range failures {
		lines = append(lines, failure.Code+": "+failure.Reason.Error())
	}
	return lines
}

// checkShowable checks that text is short enough for a message and contains only
// printable characters.
func checkShowable(t *testing.T, text string) {
	t.Helper()
	isUnprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if utf8.RuneCountInString(text) > 10_000 || strings.ContainsFunc(text, isUnprintable) {
		t.Errorf("got %d bytes of text that is too long or not printable: %.1000q", len(text), text)
	}
}

// oneLine returns the text of err on one line, even if err joins several faults.
func oneLine(err error) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// recordedJWT contains the header and the claims of a JWT that a real ZITADEL server
// issued.
type recordedJWT struct {
	isAccessToken  bool
	header, claims string
}

// recordedJWTs returns the JWTs in the recorded responses of the token endpoint.
func recordedJWTs(t testing.TB) (found []recordedJWT) {
	t.Helper()
	acctest.Recorded(t, "/oauth/v2/token", true, func(body []byte) {
		var response map[string]any
		if err := json.Unmarshal(body, &response); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"access_token", "id_token"} {
			text, _ := response[name].(string)
			if header, claims, err := token.DecodeJWT(text); err == nil {
				// A token exchange returns a token of any type in access_token.
				isIDToken := response["issued_token_type"] == "urn:ietf:params:oauth:token-type:id_token"
				found = append(found, recordedJWT{name == "access_token" && !isIDToken, string(header), string(claims)})
			}
		}
	})
	if len(found) == 0 {
		t.Fatal("the recordings contain no JWT")
	}
	return found
}
