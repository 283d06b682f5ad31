package zitadel_test

import (
	"encoding/base64"
	"math/big"
	"net/http"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// clientWithKeys returns a client whose in-memory issuer serves the given key set.
func clientWithKeys(set string) *zitadel.Client {
	c, _ := newMemoryClient(handlers{"/keys": func(*http.Request) (*http.Response, error) {
		return jsonResponse(http.StatusOK, set), nil
	}})
	return c
}

const (
	// From RFC 8037, appendix A.2.
	edwardsKey = `{"kid":"1","kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig",` +
		`"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	// From RFC 7517, appendix A.1.
	ellipticKey = `{"kid":"2","kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",` +
		`"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}`
)

// rsaKey returns the JWK of an RSA key whose modulus has the given number of bits.
func rsaKey(bits int) string {
	modulus := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
	return `{"kid":"3","kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(modulus.Bytes()) + `"}`
}

// TestKeySet checks that KeySet omits keys that are too small or that two programs could read
// differently, and that it rejects a set that is malformed or contains no other keys.
func TestKeySet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set, types, problem string
	}{
		"two types":        {`{"keys":[` + edwardsKey + `,` + ellipticKey + `]}`, "OKP EC ", ""},
		"case-folded kty":  {`{"keys":[{"KTY":"RSA",` + edwardsKey[1:] + `,` + ellipticKey + `]}`, "EC ", ""},
		"case-folded kid":  {`{"keys":[{"Kid":"3",` + edwardsKey[1:] + `,` + ellipticKey + `]}`, "EC ", ""},
		"modulus is zero":  {`{"keys":[{"kid":"3","kty":"RSA","n":"AA","e":"AQAB"},` + ellipticKey + `]}`, "EC ", ""},
		"empty":            {`{"keys":[]}`, "", ""},
		"2047-bit RSA":     {`{"keys":[` + rsaKey(2047) + `,` + ellipticKey + `]}`, "EC ", ""},
		"2048-bit RSA":     {`{"keys":[` + rsaKey(2048) + `]}`, "RSA ", ""},
		"only a small key": {`{"keys":[` + rsaKey(1024) + `]}`, "", "key-set-unusable"},
		"keys is a string": {
			`{"keys":"` + canary + `"}`, "", malformedKeySet(`member-type expected="an array" found="a string" member="keys"`),
		},
		"only a case-folded key": {`{"keys":[{"uſe":"enc",` + edwardsKey[1:] + `]}`, "", "key-set-unusable"},
		"repeated kid": {
			`{"keys":[{"kid":"3",` + edwardsKey[1:] + `]}`, "", malformedKeySet(`member-duplicate member="kid"`),
		},
		"repeated keys": {`{"keys":[],"keys":[` + edwardsKey + `]}`, "", malformedKeySet(`member-duplicate member="keys"`)},
		"case-folded keys": {
			`{"keyſ":[],"keys":[` + edwardsKey + `]}`, "", malformedKeySet(`member-confusable member="keyſ" other="keys"`),
		},
		"keys is missing": {`{}`, "", malformedKeySet(`member-missing member="keys"`)},
		"keys is null":    {`{"keys":null}`, "", malformedKeySet(`member-missing member="keys"`)},
		"not UTF-8":       {"{\"a\":\"\xff\",\"keys\":[" + edwardsKey + "]}", "", malformedKeySet("json-not-utf8")},
		"not JSON":        {"", "", `response-not-json document="JSON Web Key Set" media_type="application/json"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := clientWithKeys(test.set).KeySet(t.Context())
			if test.problem != "" {
				e := asError(t, err)
				if e.Problem == nil || e.Problem.Error() != test.problem {
					t.Errorf("got error %v, want %s", e, test.problem)
				}
				checkOmits(t, allText(e), canary)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			types := ""
			for _, k := range set.Keys {
				types += k.Type + " "
			}
			if types != test.types || set.JSON != test.set {
				t.Errorf("key types %q, want %q", types, test.types)
			}
		})
	}
}

// malformedKeySet returns the text of the fault for a malformed key set.
func malformedKeySet(reason string) string {
	return `response-malformed document="JSON Web Key Set" reason=(` + reason + `)`
}
