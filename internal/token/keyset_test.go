package token_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

const (
	// edwardsKey is the key in RFC 8037 appendix A.2.
	edwardsKey = `{"kid":"1","kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig",` +
		`"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	// ellipticKey is the key in RFC 7517 appendix A.1.
	ellipticKey = `{"kid":"2","kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",` +
		`"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}`
)

// rsaKeyOf returns the JWK of an RSA key with the given number of bits.
func rsaKeyOf(bits int) string {
	modulus := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
	n := base64.RawURLEncoding.EncodeToString(modulus.Bytes())
	return `{"kid":"3","kty":"RSA","e":"AQAB","n":"` + n + `"}`
}

// marshal returns a key as JSON.
func marshal(k jose.JSONWebKey) string {
	data, err := k.MarshalJSON()
	if err != nil {
		panic(err)
	}
	return string(data)
}

// TestDecodeKeySetOmitsKeys checks that keys that must not be used are omitted from a set,
// and that the other keys remain in the set.
func TestDecodeKeySetOmitsKeys(t *testing.T) {
	t.Parallel()
	with := func(members, jwk string) string { return "{" + members + "," + jwk[1:] }
	tests := map[string]string{
		"kty in a different letter case": with(`"KTY":"RSA"`, edwardsKey),
		"kid in a different letter case": with(`"Kid":"3"`, edwardsKey),
		"key_ops in a different case":    with(`"KEY_OPS":["encrypt"]`, edwardsKey),
		"key_ops is a string":            with(`"key_ops":"verify"`, edwardsKey),
		"alg in a different letter case": with(`"ALG":"none"`, edwardsKey),
		"use in a different letter case": with(`"uſe":"enc"`, edwardsKey),
		"private Ed25519 key":            marshal(jose.JSONWebKey{Key: ed25519Key, KeyID: "3"}),
		"private EC key":                 marshal(jose.JSONWebKey{Key: ecdsaKey(), KeyID: "3"}),
		"private RSA key":                marshal(jose.JSONWebKey{Key: rsaKey(), KeyID: "3"}),
		"symmetric key":                  `{"kid":"3","kty":"oct","k":"AAAA"}`,
		"unknown type":                   `{"kid":"3","kty":"AKP","alg":"ML-DSA-44","pub":"AA"}`,
		"no type":                        `{"kid":"3","crv":"P-256"}`,
		"null type":                      `{"kid":"3","kty":null}`,
		"type is a number":               `{"kid":"3","kty":7}`,
		"kid is a number":                strings.Replace(edwardsKey, `"kid":"1"`, `"kid":7`, 1),
		"unknown curve":                  strings.Replace(edwardsKey, "Ed25519", "X25519", 1),
		"Ed25519 key of one byte":        `{"kid":"3","kty":"OKP","crv":"Ed25519","x":"AA"}`,
		"point off the curve":            `{"kid":"3","kty":"EC","crv":"P-256","x":"AA","y":"AA"}`,
		"zero modulus":                   `{"kid":"3","kty":"RSA","n":"AA","e":"AQAB"}`,
		"empty modulus":                  `{"kid":"3","kty":"RSA","n":"","e":"AQ"}`,
		"large exponent":                 `{"kid":"3","kty":"RSA","n":"AQ","e":"f_______8"}`,
		"RSA key of 1024 bits":           rsaKeyOf(1024),
		"RSA key of 2047 bits":           rsaKeyOf(2047),
		"null":                           `null`,
		"string":                         `"` + canary + `"`,
		"array":                          `[]`,
		"empty":                          `{}`,
	}
	for name, jwk := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, keys := range []string{jwk + "," + ellipticKey, ellipticKey + "," + jwk} {
				body := `{"keys":[` + keys + `]}`
				set, err := token.DecodeKeySet([]byte(body))
				if err != nil {
					t.Fatal(err)
				}
				if len(set.Keys) != 1 || set.Keys[0].ID != "2" || set.JSON != body {
					t.Errorf("got %+v, want only the key with the ID 2", set)
				}
			}
			// A set that contains no other key cannot be used.
			set, err := token.DecodeKeySet([]byte(`{"keys":[` + jwk + `]}`))
			if oneLine(err) != "key-set-unusable" || set != nil {
				t.Errorf("got %+v, error %v; want key-set-unusable", set, err)
			}
		})
	}
}

func TestDecodeKeySet(t *testing.T) {
	t.Parallel()
	keys := []string{edwardsKey, ellipticKey, rsaKeyOf(2048), `{"KID":1,` + edwardsKey[1:]}
	body := ` {"keys":[` + strings.Join(keys, ",") + `],"a":1}`
	set, err := token.DecodeKeySet([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	want := []token.PublicKey{
		{ID: "1", Type: "OKP", Algorithm: "EdDSA", Use: "sig"}, {ID: "2", Type: "EC"}, {ID: "3", Type: "RSA"},
	}
	if len(set.Keys) != len(want) || set.JSON != body {
		t.Fatalf("got %+v, want %d keys and the document", set, len(want))
	}
	for n, k := range set.Keys {
		checkPEM(t, k)
		if w := want[n]; k.ID != w.ID || k.Type != w.Type || k.Algorithm != w.Algorithm || k.Use != w.Use {
			t.Errorf("got %+v, want %+v", k, w)
		}
	}
	const document = `{"keys":[]}`
	if set, err := token.DecodeKeySet([]byte(document)); err != nil || len(set.Keys) != 0 || set.JSON != document {
		t.Errorf("got %+v, error %v; want an empty set", set, err)
	}
}

// checkPEM checks that the PEM of k contains exactly one public key, that the key has the type of
// k, and that an RSA key is large enough.
func checkPEM(t *testing.T, k token.PublicKey) {
	t.Helper()
	block, rest := pem.Decode([]byte(k.PEM))
	if block == nil || block.Type != "PUBLIC KEY" || len(block.Headers) > 0 || len(rest) > 0 {
		t.Fatalf("got PEM %q, want one public key", k.PEM)
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	types := map[reflect.Type]string{
		reflect.TypeFor[*rsa.PublicKey](): "RSA", reflect.TypeFor[*ecdsa.PublicKey](): "EC",
		reflect.TypeFor[ed25519.PublicKey](): "OKP",
	}
	if err != nil || k.Type != types[reflect.TypeOf(public)] {
		t.Errorf("got a %T in the PEM, want a key of type %q: %v", public, k.Type, err)
	}
	if rsaKey, ok := public.(*rsa.PublicKey); ok && rsaKey.N.BitLen() < 2048 {
		t.Errorf("got an RSA key of %d bits, want at least 2048", rsaKey.N.BitLen())
	}
}

func TestDecodeKeySetFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"empty":             {``, "json-invalid"},
		"null":              {`null`, "json-not-object"},
		"array":             {`[` + edwardsKey + `]`, "json-not-object"},
		"not UTF-8":         {"{\"a\":\"\xff\",\"keys\":[" + edwardsKey + "]}", "json-not-utf8"},
		"no keys":           {`{}`, `member-missing member="keys"`},
		"null keys":         {`{"keys":null}`, `member-missing member="keys"`},
		"keys is a string":  {`{"keys":"` + canary + `"}`, mismatch("keys", "a string", "an array")},
		"keys is an object": {`{"keys":` + edwardsKey + `}`, mismatch("keys", "an object", "an array")},
		"repeated keys":     {`{"keys":[],"keys":[` + edwardsKey + `]}`, `member-duplicate member="keys"`},
		"repeated kid":      {`{"keys":[{"kid":"3",` + edwardsKey[1:] + `]}`, `member-duplicate member="kid"`},
		"repeated x": {
			`{"keys":[` + ellipticKey + `,{"x":"AA",` + edwardsKey[1:] + `]}`,
			`member-duplicate member="x"`,
		},
		"keys in a different letter case": {
			`{"keyſ":[],"keys":[` + edwardsKey + `]}`, `member-confusable member="keyſ" other="keys"`,
		},
		"only a small key":         {`{"keys":[` + rsaKeyOf(1024) + `]}`, "key-set-unusable"},
		"null and a symmetric key": {`{"keys":[null,{"kty":"oct","k":"AA"}]}`, "key-set-unusable"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := token.DecodeKeySet([]byte(test.body))
			if got := oneLine(err); got != test.want || set != nil {
				t.Errorf("got %+v, error %s; want only the error %s", set, got, test.want)
			}
			checkDecodeError(t, []byte(test.body), err)
		})
	}
}

func TestHasKeyIn(t *testing.T) {
	t.Parallel()
	jwk := func(kid, algorithm, use string) string {
		return marshal(jose.JSONWebKey{Key: ecdsaKey().Public(), KeyID: kid, Algorithm: algorithm, Use: use})
	}
	tests := map[string]struct {
		keys string
		kid  string
		want bool
	}{
		"matching key":                   {jwk("a", "ES256", "sig"), "a", true},
		"no use":                         {jwk("a", "ES256", ""), "a", true},
		"no algorithm":                   {jwk("a", "", "sig"), "a", true},
		"different algorithm":            {jwk("a", "ES384", "sig"), "a", true}, // Verify rejects the algorithm
		"key for encryption":             {jwk("a", "ES256", "enc"), "a", false},
		"different key":                  {jwk("b", "ES256", "sig"), "a", false},
		"second of two":                  {jwk("b", "", "") + "," + jwk("a", "", ""), "a", true},
		"ID in a different letter case":  {jwk("A", "", ""), "a", false},
		"no ID in the header or the key": {jwk("", "", ""), "", false},
		"no ID in the header":            {jwk("a", "", ""), "", false},
		"no keys":                        {"", "a", false},
	}
	for name, test := range tests {
		set, err := token.DecodeKeySet([]byte(`{"keys":[` + test.keys + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		parsed, rejection := token.Parse(unsigned(`{"alg":"ES256","kid":"`+test.kid+`"}`, `{}`))
		if rejection != nil {
			t.Fatal(describe(rejection.Failures))
		}
		if got := parsed.HasKeyIn(set); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}

// FuzzKeySet decodes arbitrary key sets. It checks that each accepted key is a public key of
// the type that it declares, and that other programs can read it.
func FuzzKeySet(f *testing.F) {
	acctest.Recorded(f, "/oauth/v2/keys", true, func(body []byte) { f.Add(body) })
	f.Add([]byte(keySetJSON()))
	f.Add([]byte(`{"keys":[]}`))
	for _, jwk := range []string{
		`{"kty":"oct","k":"AAAA"}`, `{"kty":"RSA","KTY":"EC","kid":"1","n":"AQAB","e":"AQAB"}`,
		`{"kty":"RSA","n":"","e":"AQ"}`, `{"kty":"RSA","n":"AQ","e":"f_______8"}`,
		`{"kty":"OKP","crv":"Ed25519","x":"AA"}`, `{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`,
		`{"kid":"1","kid":"2"}`, `null`, `{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}`,
	} {
		f.Add([]byte(strings.Replace(keySetJSON(), "[", "["+jwk+",", 1)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		set, err := token.DecodeKeySet(body)
		if err != nil {
			checkDecodeError(t, body, err)
			return
		}
		members, isUnambiguous := acctest.ReadObject(body, []string{"keys"}, nil)
		var keys []json.RawMessage
		if !isUnambiguous || json.Unmarshal(members["keys"], &keys) != nil || keys == nil ||
			(len(set.Keys) == 0) != (len(keys) == 0) || len(set.Keys) > len(keys) || set.JSON != string(body) {
			t.Fatalf("accepted %s as a set of %d keys", body, len(set.Keys))
		}
		for _, k := range set.Keys {
			checkPEM(t, k)
			isPublished := func(raw json.RawMessage) bool {
				jwk, _ := acctest.ReadObject(raw, []string{"kty", "kid", "alg", "use"}, nil)
				return jwk != nil && textOf(jwk, "kid") == k.ID && textOf(jwk, "kty") == k.Type &&
					textOf(jwk, "alg") == k.Algorithm && textOf(jwk, "use") == k.Use
			}
			if !slices.ContainsFunc(keys, isPublished) {
				t.Errorf("the document does not contain the key %+v", k)
			}
		}
	})
}
