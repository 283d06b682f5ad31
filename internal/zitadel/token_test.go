package zitadel_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestAccessToken(t *testing.T) {
	t.Parallel()
	users := world()
	tests := map[string]struct {
		credentials oauth.Credentials
		scopes      []string
		grant       string
		format      string
		idToken     bool
	}{
		"key, opaque":           {userKey(), []string{"openid", projectScope()}, "urn:ietf:params:oauth:grant-type:jwt-bearer", oauth.FormatOpaque, true},
		"key, JWT":              {jwtUserKey(), []string{"openid"}, "urn:ietf:params:oauth:grant-type:jwt-bearer", oauth.FormatJWT, true},
		"key, without openid":   {jwtUserKey(), []string{projectScope()}, "urn:ietf:params:oauth:grant-type:jwt-bearer", oauth.FormatJWT, false},
		"secret, opaque":        {userSecret(), []string{"openid"}, "client_credentials", oauth.FormatOpaque, true},
		"secret, JWT":           {secret(users.ServiceJWT.Name, users.ServiceJWT.Secret), []string{"openid"}, "client_credentials", oauth.FormatJWT, true},
		"secret, no openid":     {userSecret(), []string{projectScope()}, "client_credentials", oauth.FormatOpaque, false},
		"key, no scopes at all": {userKey(), nil, "urn:ietf:params:oauth:grant-type:jwt-bearer", oauth.FormatOpaque, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			token := accessToken(t, newClient(t, issuer.URL), test.credentials, test.scopes...)
			if token.AccessToken.Empty() || token.TokenType != "Bearer" || token.Format() != test.format {
				t.Errorf("type %q, format %q", token.TokenType, token.Format())
			}
			if token.IDToken.Empty() == test.idToken {
				t.Errorf("there is an ID token: %t", !token.IDToken.Empty())
			}
			counts(t, issuer, discoveryAndToken)

			sent := issuer.Last(optest.Token)
			if sent.Method != http.MethodPost || sent.Form.Get("grant_type") != test.grant {
				t.Errorf("%s with the grant %q", sent.Method, sent.Form.Get("grant_type"))
			}
			if asked := strings.Fields(sent.Form.Get("scope")); len(asked) != len(test.scopes) || !sent.Form.Has("scope") {
				t.Errorf("asked for %q", asked)
			}
			// Each way of proving who asks keeps to itself.
			if basic := strings.HasPrefix(sent.Header.Get("Authorization"), "Basic "); basic != (test.credentials.Key == nil) {
				t.Errorf("there is a Basic header: %t", basic)
			}
			if sent.Form.Has("assertion") != (test.credentials.Key != nil) || sent.Form.Has("client_secret") {
				t.Errorf("form members %d", len(sent.Form))
			}
		})
	}
}

func TestAccessTokenByAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	credentials := presigned(t, userKey(), issuer.URL, time.Now(), time.Hour)
	accessToken(t, newClient(t, issuer.URL), credentials, "openid")
	if got := issuer.Last(optest.Token).Form.Get("assertion"); got != credentials.Assertion.Reveal() {
		t.Error("another assertion was sent")
	}
}

// The times of a token are on the server's clock, in whole seconds.
func TestTokenTimes(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.TokenLifetime(10 * time.Minute)
	local := time.Date(2030, 1, 31, 12, 0, 0, 700_000_000, time.UTC)
	c := newClient(t, issuer.URL)
	c.Now = func() time.Time { return local }
	c.Transport = dated(t, func() time.Time { return local.Add(2 * time.Hour) })
	token := accessToken(t, c, userSecret(), "openid")
	issued := local.Add(2 * time.Hour).Truncate(time.Second)
	if !token.IssuedAt.Equal(issued) || !token.ExpiresAt.Equal(issued.Add(599*time.Second)) || token.IssuedAt.Location() != time.UTC {
		t.Errorf("from %v to %v, want from %v and 599 s", token.IssuedAt, token.ExpiresAt, issued)
	}
}

func TestTokenFormat(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	parts := func(token *oauth.Token) int { return strings.Count(token.AccessToken.Reveal(), ".") + 1 }
	if token := accessToken(t, c, userSecret(), "openid"); parts(token) != 5 || token.Format() != oauth.FormatOpaque {
		t.Errorf("a JWE of %d parts is %s", parts(token), token.Format())
	}
	for text, want := range map[string]string{
		"shortopaquetoken":           oauth.FormatOpaque, // of servers before JWE
		"a.b.c":                      oauth.FormatOpaque,
		"eyJhIjoxfQ.e30.c":           oauth.FormatOpaque, // a header without alg
		"eyJhbGciOiJSUzI1NiJ9.e30.c": oauth.FormatJWT,
	} {
		issuer.Fail(optest.Token, 1, optest.Fault{Status: http.StatusOK, Body: `{"access_token":"` + text + `","token_type":"Bearer","expires_in":9}`})
		if token := accessToken(t, newClient(t, issuer.URL), userSecret(), text); token.Format() != want {
			t.Errorf("%s is %s", text, token.Format())
		}
	}
}

func TestMalformedTokenAnswer(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	plain := http.Header{"Content-Type": {"text/plain"}}
	good := `{"access_token":"` + canary + `","token_type":"Bearer","expires_in":100}`
	answer := func(expires string) string {
		return `{"access_token":"` + canary + `","token_type":"Bearer","expires_in":` + expires + `}`
	}
	asJSON := http.Header{"Content-Type": {"application/json"}}
	tests := map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"login page":                 {html, "<html>" + canary + "</html>", "text/html"},
		"JSON that is not called so": {plain, good, "text/plain"},
		"empty":                      {asJSON, "", "not a token response"},
		"array":                      {asJSON, "[" + good + "]", "not a token response"},
		"truncated":                  {asJSON, good[:len(good)-1], "not valid JSON"},
		"two objects":                {asJSON, good + good, "not valid JSON"},
		"no token":                   {asJSON, `{"token_type":"Bearer","expires_in":100}`, `member "access_token" is missing`},
		"no type":                    {asJSON, `{"access_token":"` + canary + `","expires_in":100}`, `member "token_type" is missing`},
		"no lifetime":                {asJSON, `{"access_token":"` + canary + `","token_type":"Bearer"}`, `member "expires_in" is missing`},
		"lifetime null":              {asJSON, answer("null"), `member "expires_in" is missing`},
		"lifetime a string":          {asJSON, answer(`"100"`), `member "expires_in" is a string; expected a number`},
		"lifetime an object":         {asJSON, answer("{}"), `member "expires_in" is an object; expected a number`},
		"lifetime negative":          {asJSON, answer("-1"), `member "expires_in" is out of range`},
		"lifetime 1e300":             {asJSON, answer("1e300"), `member "expires_in" is out of range`},
		"lifetime 1e400":             {asJSON, answer("1e400"), "out of range"},
		"lifetime of centuries":      {asJSON, answer("9999999999"), `member "expires_in" is out of range`},
		"token a number":             {asJSON, `{"access_token":7,"token_type":"Bearer","expires_in":100}`, `member "access_token" is a number; expected a string`},
		"token an object":            {asJSON, `{"access_token":{"a":"` + canary + `"},"token_type":"Bearer","expires_in":100}`, `member "access_token" is an object; expected a string`},
		"token twice":                {asJSON, `{"access_token":"` + canary + `","access_token":"b","token_type":"Bearer","expires_in":100}`, `"access_token" is there twice`},
		"token in other letters":     {asJSON, `{"access_token":"a","Access_Token":"` + canary + `","token_type":"Bearer","expires_in":100}`, `can be mistaken for "access_token"`},
		"token only in others":       {asJSON, `{"acceſs_token":"` + canary + `","token_type":"Bearer","expires_in":100}`, `can be mistaken for "access_token"`},
		"type in other letters":      {asJSON, `{"access_token":"` + canary + `","Token_Type":"Bearer","expires_in":100}`, `can be mistaken for "token_type"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Token, 1, optest.Fault{Status: http.StatusOK, Header: test.header, Body: test.body})
			token, err := newClient(t, issuer.URL).AccessToken(t.Context(), oauth.TokenRequest{Credentials: userSecret()})
			e := failed(t, err)
			if token != nil || e.Status != http.StatusOK || e.URL != issuer.URL+"/oauth/v2/token" {
				t.Errorf("token %v, %+v", token, e)
			}
			says(t, e.Error(), test.want)
			keeps(t, everything(e), canary, world().Service.Secret)
			counts(t, issuer, discoveryAndToken)
		})
	}
}
