package zitadel_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// FuzzTokenAnswer decodes answers of the token endpoint, to a grant and to an
// exchange.
func FuzzTokenAnswer(f *testing.F) {
	recorded(f, "/oauth/v2/token", true, func(body []byte) { f.Add(body) })
	for _, body := range []string{
		`{"access_token":"a","token_type":"Bearer","expires_in":0.5}`, `{"access_token":"a","token_type":"Bearer","expires_in":1e18}`,
		`{"access_token":"a","token_type":"Bearer","expires_in":-1}`, `{"access_token":"a","Access_Token":"b","token_type":"Bearer","expires_in":1}`,
		`{"access_token":"` + canary + `","` + canary + `":1,"` + canary + `":2}`, `{"access_token":"a","token_type":"Bearer","expires_in":1,"scope":" a  b ","issued_token_type":"urn:ietf:params:oauth:token-type:jwt"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := replyingJSON(t, tokenPath, body)
		token, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: fuzzSecret, Scopes: []string{"openid"}})
		exchanged, exchangeErr := c.ExchangeToken(t.Context(), oauth.ExchangeRequest{Credentials: fuzzSecret, SubjectToken: key.NewSecret(canary)})
		if (err == nil) != (exchangeErr == nil) {
			t.Fatalf("one is taken, the other not: %v, %v", err, exchangeErr)
		}
		if err != nil {
			explained(t, err)
			explained(t, exchangeErr)
			return
		}
		members, ok := unambiguous(body, "access_token", "id_token", "expires_in", "issued_token_type")
		if !ok || token.AccessToken.Empty() || token.TokenType == "" {
			t.Fatal("it is taken")
		}
		for name, got := range map[string]string{"access_token": token.AccessToken.Reveal(), "id_token": token.IDToken.Reveal(), "token_type": token.TokenType} {
			if want := textOf(members, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		var seconds float64
		if err := json.Unmarshal(members["expires_in"], &seconds); err != nil || token.ExpiresAt.Unix() != fuzzTime.Unix()+int64(seconds) || token.IssuedAt != fuzzTime {
			t.Errorf("from %s to %s, expires_in %f, %v", token.IssuedAt, token.ExpiresAt, seconds, err)
		}
		writable(t, token.ExpiresAt)
		if jwt := token.Format() == oauth.FormatJWT; jwt && strings.Count(token.AccessToken.Reveal(), ".") != 2 {
			t.Errorf("it is a JWT: %q", token.AccessToken.Reveal())
		}
		if *exchanged.Token != *token && !reflect.DeepEqual(exchanged.Token, token) || !slices.Equal(exchanged.Scopes, strings.Fields(textOf(members, "scope"))) ||
			!strings.HasSuffix(textOf(members, "issued_token_type"), exchanged.IssuedTokenType) {
			t.Errorf("exchanged: %+v", exchanged)
		}
	})
}

// FuzzDiscovery reads discovery documents: whatever they say, no request leaves
// the issuer's origin.
func FuzzDiscovery(f *testing.F) {
	recorded(f, discoveryPath, true, func(body []byte) { f.Add(bytes.ReplaceAll(body, []byte("http://localhost:18080"), []byte(fuzzIssuer))) })
	for endpoint := range map[string]bool{
		"https://z.example:443/token": true, "HTTPS://Z.EXAMPLE/token?tenant=1": true, "https://z.example@evil.test/": true, "https://a:b@z.example/token": true, "https://evil.test/": true, "//z.example/": true,
		"https://z.example:0443/": true, "https://z.example\\@evil.test/": true, "https://z.example%2eevil.test/": true, "https://z.example:/": true, "/\u202e": true, "": true,
	} {
		quoted, err := json.Marshal(endpoint)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.ReplaceAll([]byte(fuzzDocument), []byte(`"https://z.example/token"`), quoted))
	}
	f.Add([]byte(`{"issuer":"https://z.example","iſsuer":"x"}`))
	f.Add([]byte(`{"issuer":"https://z.example/"}`))
	f.Add([]byte(`{"issuer":"` + canary + `"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := replyingJSON(t, discoveryPath, body)
		c.Redact = []key.Secret{key.NewSecret(canary)}
		configuration, err := c.Configuration(t.Context())
		if err != nil {
			explained(t, err)
			return
		}
		members, ok := unambiguous(body, endpointMembers...)
		if !ok || configuration.Issuer != fuzzIssuer || configuration.JSON != string(body) {
			t.Fatalf("it is taken: %+v", configuration)
		}
		for _, name := range endpointMembers {
			if u, err := url.Parse(textOf(members, name)); textOf(members, name) != "" && (err != nil || !strings.EqualFold(u.Hostname(), "z.example")) {
				t.Errorf("%s is %s, %v", name, members[name], err)
			}
		}
		for name, call := range everyCall {
			if err := call(t.Context(), c); err != nil {
				t.Logf("%s: %v", name, err)
				explained(t, err)
			}
		}
	})
}
