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

// FuzzIntrospection decodes answers of the introspection endpoint: what is taken
// is what everybody else reads in them.
func FuzzIntrospection(f *testing.F) {
	recorded(f, "/oauth/v2/introspect", true, func(body []byte) { f.Add(body) })
	seedClaims(func(claims string) { f.Add([]byte(`{"active":true,` + claims + `}`)) })
	for _, body := range []string{`{"active":"true"}`, `{"active":null}`, `{"active":false,"sub":7}`, `{"active":false,"ACTIVE":true}`, `{"active":true} {}`, "{\"active\":true,\"a\":\"\xff\"}"} {
		f.Add([]byte(body))
	}
	policy := oauth.Policy{Audience: []string{"400663550533569574"}, Scopes: []string{"openid"}, Roles: []string{"reader"}, OrganizationID: "400663538571480102"}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer, err := replyingJSON(t, introspectionPath, body).Introspect(t.Context(), fuzzSecret, key.NewSecret(canary))
		if err != nil {
			explained(t, err)
			return
		}
		members, ok := unambiguous(body)
		if !ok || string(members["active"]) != map[bool]string{true: "true", false: "false"}[answer.Active] {
			t.Fatalf("active is %t", answer.Active)
		}
		failures := answer.Evaluate(policy, key.NewSecret(canary), fuzzIssuer, fuzzTime)
		for _, failure := range failures {
			discreet(t, failure.Detail)
		}
		if !answer.Active {
			if !reflect.DeepEqual(answer.Claims, oauth.Claims{}) || len(failures) != 1 {
				t.Errorf("%+v, %v", answer, failures)
			}
			return
		}
		sameClaims(t, &answer.Claims, body, members)
	})
}

// FuzzUserInfo decodes answers of the user info endpoint.
func FuzzUserInfo(f *testing.F) {
	recorded(f, "/oidc/v1/userinfo", true, func(body []byte) { f.Add(body) })
	seedClaims(func(claims string) { f.Add([]byte(`{"sub":"1",` + claims + `}`)) })
	for _, body := range []string{`{"sub":""}`, `{"sub":"1","email_verified":null,"name":"a\u0000b"}`, `{"sub":"1","email_verified":"true"}`, `{"sub":"1","Email":"a","email":"b"}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		info, err := replyingJSON(t, userInfoPath, body).UserInfo(t.Context(), key.NewSecret(canary))
		if err != nil {
			explained(t, err)
			return
		}
		members, ok := unambiguous(body, "name", "given_name", "family_name", "email", "email_verified", "locale", "preferred_username")
		if !ok || info.Subject == "" {
			t.Fatalf("it is taken, subject %q", info.Subject)
		}
		for name, got := range map[string]string{"name": info.Name, "given_name": info.GivenName, "family_name": info.FamilyName, "email": info.Email, "locale": info.Locale, "preferred_username": info.Username} {
			if want := textOf(members, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if verified := string(members["email_verified"]); info.EmailVerified != nil && verified != map[bool]string{true: "true", false: "false"}[*info.EmailVerified] {
			t.Errorf("email_verified is %t, want %s", *info.EmailVerified, verified)
		}
		info.Username = textOf(members, "username")
		sameClaims(t, &info.Claims, body, members)
	})
}

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

// FuzzKeySet reads key sets: each key that is taken is a public one of the type
// that it says, and can be read by others.
func FuzzKeySet(f *testing.F) {
	recorded(f, "/oauth/v2/keys", true, func(body []byte) { f.Add(body) })
	f.Add([]byte(fuzzKeys()))
	f.Add([]byte(`{"keys":[]}`))
	for _, jwk := range []string{
		`{"kty":"oct","k":"AAAA"}`, `{"kty":"RSA","KTY":"EC","kid":"1","n":"AQAB","e":"AQAB"}`, `{"kty":"RSA","n":"","e":"AQ"}`, `{"kty":"RSA","n":"AQ","e":"f_______8"}`,
		`{"kty":"OKP","crv":"Ed25519","x":"AA"}`, `{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`, `{"kid":"1","kid":"2"}`, `null`, `{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}`,
	} {
		f.Add([]byte(strings.Replace(fuzzKeys(), "[", "["+jwk+",", 1)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		set, err := replyingJSON(t, keysPath, body).KeySet(t.Context())
		if err != nil {
			explained(t, err)
			return
		}
		if members, ok := unambiguous(body, "keys"); !ok || members["keys"] == nil || (len(set.Keys) == 0) != isEmptyArray(members["keys"]) || set.JSON != string(body) {
			t.Fatal("it is taken")
		}
		for _, k := range set.Keys {
			block, rest := pem.Decode([]byte(k.PEM))
			if block == nil || block.Type != "PUBLIC KEY" || len(rest) > 0 {
				t.Fatalf("a PEM of %q", k.PEM)
			}
			public, err := x509.ParsePKIXPublicKey(block.Bytes)
			if want := map[reflect.Type]string{reflect.TypeFor[*rsa.PublicKey](): "RSA", reflect.TypeFor[*ecdsa.PublicKey](): "EC", reflect.TypeFor[ed25519.PublicKey](): "OKP"}[reflect.TypeOf(public)]; err != nil || k.Type != want {
				t.Errorf("it says %q and is %T, %v", k.Type, public, err)
			}
			if small, ok := public.(*rsa.PublicKey); ok && small.N.BitLen() < 2048 {
				t.Errorf("an RSA key of %d bits is accepted", small.N.BitLen())
			}
		}
	})
}

func isEmptyArray(raw []byte) bool {
	var elements []json.RawMessage
	return json.Unmarshal(raw, &elements) == nil && len(elements) == 0
}
