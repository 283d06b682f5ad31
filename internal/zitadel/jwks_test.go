package zitadel_test

import (
	"encoding/base64"
	"math/big"
	"net/http"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// keyed returns a client of an issuer with this key set.
func keyed(set string) *oauth.Client {
	c, _ := wired(map[string]func(*http.Request) (*http.Response, error){
		"/.well-known/openid-configuration": func(*http.Request) (*http.Response, error) {
			return given(http.StatusOK, `{"issuer":"https://z.example","jwks_uri":"https://z.example/keys"}`), nil
		},
		"/keys": func(*http.Request) (*http.Response, error) { return given(http.StatusOK, set), nil },
	})
	return c
}

const (
	edwardsKey  = `{"kid":"1","kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`                      // RFC 8037 appendix A.2
	ellipticKey = `{"kid":"2","kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}` // RFC 7517 appendix A.1
)

// rsaKey returns an RSA key whose modulus has a number of bits.
func rsaKey(bits int) string {
	modulus := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
	return `{"kid":"3","kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(modulus.Bytes()) + `"}`
}

// A key of which two readers may see two different things is none; others in its
// set still are.
func TestKeySetIsUnambiguous(t *testing.T) {
	for name, test := range map[string]struct {
		set, kinds, problem string
	}{
		"two kinds":     {`{"keys":[` + edwardsKey + `,` + ellipticKey + `]}`, "OKP EC ", ""},
		"folded kty":    {`{"keys":[{"KTY":"RSA",` + edwardsKey[1:] + `,` + ellipticKey + `]}`, "EC ", ""},
		"folded kid":    {`{"keys":[{"Kid":"3",` + edwardsKey[1:] + `,` + ellipticKey + `]}`, "EC ", ""},
		"modulus zero":  {`{"keys":[{"kid":"3","kty":"RSA","n":"AA","e":"AQAB"},` + ellipticKey + `]}`, "EC ", ""},
		"empty":         {`{"keys":[]}`, "", ""},
		"RSA 2047 bits": {`{"keys":[` + rsaKey(2047) + `,` + ellipticKey + `]}`, "EC ", ""},
		"RSA 2048 bits": {`{"keys":[` + rsaKey(2048) + `]}`, "RSA ", ""},
		"only small":    {`{"keys":[` + rsaKey(1024) + `]}`, "", "without a usable public key"},
		"keys a string": {`{"keys":"` + canary + `"}`, "", `member "keys" is a string; expected an array`},
		"only folded":   {`{"keys":[{"uſe":"enc",` + edwardsKey[1:] + `]}`, "", "without a usable public key"},
		"repeated kid":  {`{"keys":[{"kid":"3",` + edwardsKey[1:] + `]}`, "", `"kid" is there twice`},
		"repeated keys": {`{"keys":[],"keys":[` + edwardsKey + `]}`, "", `"keys" is there twice`},
		"folded keys":   {`{"keyſ":[],"keys":[` + edwardsKey + `]}`, "", `can be mistaken for "keys"`},
		"no keys":       {`{}`, "", `member "keys" is missing`},
		"keys null":     {`{"keys":null}`, "", `member "keys" is missing`},
		"not UTF-8":     {"{\"a\":\"\xff\",\"keys\":[" + edwardsKey + "]}", "", "not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := keyed(test.set).KeySet(t.Context())
			if test.problem != "" {
				says(t, failed(t, err).Problem, test.problem)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			kinds := ""
			for _, k := range set.Keys {
				kinds += k.Type + " "
			}
			if kinds != test.kinds || set.JSON != test.set {
				t.Errorf("keys of %s, want %s", kinds, test.kinds)
			}
		})
	}
}

// An address in other letters is not beside the one that is told.
func TestUserInfoIsUnambiguous(t *testing.T) {
	for _, member := range []string{"Email", "email_Verified", "Name", "given_ſame", "locale"} {
		c, _ := wired(map[string]func(*http.Request) (*http.Response, error){
			"/.well-known/openid-configuration": func(*http.Request) (*http.Response, error) {
				return given(http.StatusOK, `{"issuer":"https://z.example","userinfo_endpoint":"https://z.example/userinfo"}`), nil
			},
			"/userinfo": func(*http.Request) (*http.Response, error) {
				return given(http.StatusOK, `{"sub":"1","email":"a@z.example","`+member+`":null}`), nil
			},
		})
		info, err := c.UserInfo(t.Context(), key.NewSecret(canary))
		if member == "locale" || member == "given_ſame" {
			if err != nil || info.Email != "a@z.example" {
				t.Errorf("%s: %+v, %v", member, info, err)
			}
			continue
		}
		says(t, failed(t, err).Problem, `"`+member+`" can be mistaken for`)
	}
}
