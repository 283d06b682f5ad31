package zitadel_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestAccessToken(t *testing.T) {
	t.Parallel()
	const assertionGrant, secretGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer", "client_credentials"
	jwtSecret := secret(world().ServiceJWT.Name, world().ServiceJWT.Secret)
	tests := map[string]struct {
		credentials zitadel.Credentials
		scopes      []string
		grant       string
		format      string
		idToken     bool
	}{
		"key, opaque": {
			userKey(), []string{"openid", projectScope()}, assertionGrant, zitadel.FormatOpaque, true,
		},
		"key, JWT":              {jwtUserKey(), []string{"openid"}, assertionGrant, zitadel.FormatJWT, true},
		"key, without openid":   {jwtUserKey(), []string{projectScope()}, assertionGrant, zitadel.FormatJWT, false},
		"secret, opaque":        {userSecret(), []string{"openid"}, secretGrant, zitadel.FormatOpaque, true},
		"secret, JWT":           {jwtSecret, []string{"openid"}, secretGrant, zitadel.FormatJWT, true},
		"secret, no openid":     {userSecret(), []string{projectScope()}, secretGrant, zitadel.FormatOpaque, false},
		"key, no scopes at all": {userKey(), nil, assertionGrant, zitadel.FormatOpaque, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			token := accessToken(t, newClient(t, issuer.URL), test.credentials, test.scopes...)
			if token.AccessToken.Empty() || token.TokenType != "Bearer" || token.Format() != test.format {
				t.Errorf("type %q and format %q, want Bearer and %q", token.TokenType, token.Format(), test.format)
			}
			if token.IDToken.Empty() == test.idToken {
				t.Errorf("ID token: %t, want %t", !token.IDToken.Empty(), test.idToken)
			}
			checkRequests(t, issuer, discoveryAndToken)

			sent := issuer.Last(optest.Token)
			if sent.Method != http.MethodPost || sent.Form.Get("grant_type") != test.grant {
				t.Errorf("method %s and grant type %q, want POST and %q",
					sent.Method, sent.Form.Get("grant_type"), test.grant)
			}
			scopes := strings.Fields(sent.Form.Get("scope"))
			if len(scopes) != len(test.scopes) || !sent.Form.Has("scope") {
				t.Errorf("the client requested the scopes %q, want %q", scopes, test.scopes)
			}
			// A request must contain only one kind of credentials.
			isBasic := strings.HasPrefix(sent.Header.Get("Authorization"), "Basic ")
			if isBasic != (test.credentials.Key == nil) {
				t.Errorf("Basic header: %t, want %t", isBasic, test.credentials.Key == nil)
			}
			if sent.Form.Has("assertion") != (test.credentials.Key != nil) || sent.Form.Has("client_secret") {
				t.Error("the form does not contain the expected credentials")
			}
		})
	}
}

func TestAccessTokenWithAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	credentials := presigned(t, userKey(), issuer.URL, time.Now(), time.Hour)
	accessToken(t, newClient(t, issuer.URL), credentials, "openid")
	if got := issuer.Last(optest.Token).Form.Get("assertion"); got != credentials.Assertion.Reveal() {
		t.Error("a different assertion was sent")
	}
}

// TestTokenTimes checks that a token's times follow the server's clock, in whole seconds.
func TestTokenTimes(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.TokenLifetime(10 * time.Minute)
	local := time.Date(2030, 1, 31, 12, 0, 0, 700_000_000, time.UTC)
	c := newClient(t, issuer.URL)
	c.Now = func() time.Time { return local }
	c.Transport = withDates(t, func() time.Time { return local.Add(2 * time.Hour) })
	token := accessToken(t, c, userSecret(), "openid")
	issued := local.Add(2 * time.Hour).Truncate(time.Second)
	expires := issued.Add(599 * time.Second)
	if !token.IssuedAt.Equal(issued) || !token.ExpiresAt.Equal(expires) || token.IssuedAt.Location() != time.UTC {
		t.Errorf("issued at %v and expires at %v, want %v and %v", token.IssuedAt, token.ExpiresAt, issued, expires)
	}
}

func TestTokenFormat(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	parts := func(token *zitadel.Token) int { return strings.Count(token.AccessToken.Reveal(), ".") + 1 }
	if token := accessToken(t, c, userSecret(), "openid"); parts(token) != 5 || token.Format() != zitadel.FormatOpaque {
		t.Errorf("a token with %d parts has the format %s, want 5 parts and %s",
			parts(token), token.Format(), zitadel.FormatOpaque)
	}
	for text, want := range map[string]string{
		"shortopaquetoken":           zitadel.FormatOpaque, // from servers that do not issue JWEs
		"a.b.c":                      zitadel.FormatOpaque,
		"eyJhIjoxfQ.e30.c":           zitadel.FormatOpaque, // a header without alg
		"eyJhbGciOiJSUzI1NiJ9.e30.c": zitadel.FormatJWT,
	} {
		body := `{"access_token":"` + text + `","token_type":"Bearer","expires_in":9}`
		issuer.Fail(optest.Token, 1, optest.Fault{Status: http.StatusOK, Body: body})
		if token := accessToken(t, newClient(t, issuer.URL), userSecret(), text); token.Format() != want {
			t.Errorf("the format of %s is %s, want %s", text, token.Format(), want)
		}
	}
}

func TestMalformedTokenResponse(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	plain := http.Header{"Content-Type": {"text/plain"}}
	asJSON := http.Header{"Content-Type": {"application/json"}}
	const valid = `{"access_token":"` + canary + `","token_type":"Bearer","expires_in":100}`
	with := func(member string) string { // returns a response with an additional member
		return strings.Replace(valid, "{", "{"+member+",", 1)
	}
	replace := func(name, value string) string { // returns a response with a different value for a member
		old := map[string]string{"access_token": `"` + canary + `"`, "expires_in": "100"}[name]
		return strings.Replace(valid, `"`+name+`":`+old, `"`+name+`":`+value, 1)
	}
	notJSON := func(mediaType string) string {
		return fmt.Sprintf(`response-not-json document="token response" media_type=%q`, mediaType)
	}
	malformed := func(reason string) string {
		return `response-malformed document="token response" reason=(` + reason + `)`
	}
	missing := func(member string) string { return malformed(fmt.Sprintf("member-missing member=%q", member)) }
	wrongType := func(member, found, expected string) string {
		return malformed(fmt.Sprintf("member-type expected=%q found=%q member=%q", expected, found, member))
	}
	confusable := func(member, other string) string {
		return malformed(fmt.Sprintf("member-confusable member=%q other=%q", member, other))
	}
	outOfRange := malformed(`member-out-of-range member="expires_in"`)
	tests := map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"login page":             {html, "<html>" + canary + "</html>", notJSON("text/html")},
		"JSON, other media type": {plain, valid, notJSON("text/plain")},
		"empty":                  {asJSON, "", notJSON("application/json")},
		"array":                  {asJSON, "[" + valid + "]", notJSON("application/json")},
		"truncated":              {asJSON, valid[:len(valid)-1], malformed("json-invalid")},
		"two objects":            {asJSON, valid + valid, malformed("json-invalid")},
		"no token":               {asJSON, `{"token_type":"Bearer","expires_in":100}`, missing("access_token")},
		"no type":                {asJSON, `{"access_token":"` + canary + `","expires_in":100}`, missing("token_type")},
		"no lifetime":            {asJSON, `{"access_token":"` + canary + `","token_type":"Bearer"}`, missing("expires_in")},
		"lifetime is null":       {asJSON, replace("expires_in", "null"), missing("expires_in")},
		"lifetime is a string":   {asJSON, replace("expires_in", `"100"`), wrongType("expires_in", "a string", "a number")},
		"lifetime is an object":  {asJSON, replace("expires_in", "{}"), wrongType("expires_in", "an object", "a number")},
		"negative lifetime":      {asJSON, replace("expires_in", "-1"), outOfRange},
		"lifetime of 1e300":      {asJSON, replace("expires_in", "1e300"), outOfRange},
		"lifetime of 1e400":      {asJSON, replace("expires_in", "1e400"), malformed("json-number-out-of-range")},
		"lifetime of centuries":  {asJSON, replace("expires_in", "9999999999"), outOfRange},
		"token is a number":      {asJSON, replace("access_token", "7"), wrongType("access_token", "a number", "a string")},
		"token is an object": {
			asJSON, replace("access_token", `{"a":"`+canary+`"}`), wrongType("access_token", "an object", "a string"),
		},
		"duplicate token": {asJSON, with(`"access_token":"b"`), malformed(`member-duplicate member="access_token"`)},
		"token also in different case": {
			asJSON, with(`"Access_Token":"` + canary + `"`), confusable("Access_Token", "access_token"),
		},
		"token only in different case": {
			asJSON, strings.Replace(valid, "access_token", "acceſs_token", 1), confusable("acceſs_token", "access_token"),
		},
		"type only in different case": {
			asJSON, strings.Replace(valid, "token_type", "Token_Type", 1), confusable("Token_Type", "token_type"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Token, 1, optest.Fault{Status: http.StatusOK, Header: test.header, Body: test.body})
			request := zitadel.TokenRequest{Credentials: userSecret()}
			issued, err := newClient(t, issuer.URL).AccessToken(t.Context(), request)
			e := asError(t, err)
			if issued != nil || e.Status != http.StatusOK || e.URL != issuer.URL+"/oauth/v2/token" {
				t.Errorf("got token %v and error %+v, want only an error", issued, e)
			}
			if e.Problem == nil || e.Problem.Error() != test.want {
				t.Errorf("got problem %v, want %s", e.Problem, test.want)
			}
			checkOmits(t, allText(e), canary, world().Service.Secret)
			checkRequests(t, issuer, discoveryAndToken)
		})
	}
}
