package zitadel_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

func TestBasicAuth(t *testing.T) {
	t.Parallel()
	tests := []struct{ id, secret, want string }{
		{"78366401571920522@amce", "veryweaksecret!", "Basic NzgzNjY0MDE1NzE5MjA1MjIlNDBhbWNlOnZlcnl3ZWFrc2VjcmV0JTIx"},
		{"a:b", "c:d", "Basic " + base64.StdEncoding.EncodeToString([]byte("a%3Ab:c%3Ad"))},
		{"a b", "ü+%", "Basic " + base64.StdEncoding.EncodeToString([]byte("a+b:%C3%BC%2B%25"))},
		{"a", "", "Basic " + base64.StdEncoding.EncodeToString([]byte("a:"))},
	}
	for _, test := range tests {
		if got := oauth.BasicAuth(test.id, test.secret); got != test.want {
			t.Errorf("%q, %q give %s, want %s", test.id, test.secret, got, test.want)
		}
	}
}

// endingAt returns a key of the world whose key JSON has an expirationDate.
func endingAt(t *testing.T, data []byte, at time.Time) oauth.Credentials {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	members["expirationDate"] = at.Format(time.RFC3339)
	changed, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return oauth.Credentials{Key: parsed(changed)}
}

// presigned returns an assertion that was signed at the time at.
func presigned(t *testing.T, credentials oauth.Credentials, audience string, at time.Time, lifetime time.Duration) oauth.Credentials {
	t.Helper()
	a, err := credentials.Key.Sign([]string{audience}, at, lifetime)
	if err != nil {
		t.Fatal(err)
	}
	return oauth.Credentials{Assertion: a.Text}
}

// What can be seen to fail is refused before any request.
func TestRefusedWithoutRequest(t *testing.T) {
	t.Parallel()
	now := time.Now()
	past := now.Add(-time.Hour).Truncate(time.Second)
	expired := presigned(t, apiKey(), "x", now.Add(-2*time.Hour), time.Minute)
	text := func(s string) oauth.Credentials { return oauth.Credentials{Assertion: key.NewSecret(s)} }
	const tokens, introspections = 1, 2
	tests := map[string]struct {
		credentials oauth.Credentials
		of          int // bits
		want        []string
	}{
		"none":                    {oauth.Credentials{}, tokens | introspections, []string{"no credentials are given", "key_file"}},
		"a secret without id":     {oauth.Credentials{ClientSecret: key.NewSecret(canary)}, tokens | introspections, []string{"no credentials are given"}},
		"application key":         {apiKey(), tokens, []string{"an application key cannot ask for tokens", "zitadel_introspection"}},
		"OIDC application's key":  {oauth.Credentials{Key: parsed(world().OIDC.KeyJSON())}, tokens, []string{"an application key cannot ask for tokens"}},
		"service account key":     {userKey(), introspections, []string{"a service account key cannot introspect", "zitadel_access_token"}},
		"ended user key":          {endingAt(t, world().Service.KeyJSON(), past), tokens, []string{"400663552009964582", world().Service.ID, "ended at " + past.UTC().Format(time.RFC3339), "new key"}},
		"user key that ends now":  {endingAt(t, world().Service.KeyJSON(), now.Truncate(time.Second)), tokens, []string{"ended at"}},
		"ended application key":   {endingAt(t, world().API.KeyJSON(), past), introspections, []string{"400663550952999974", world().API.ClientID, "ended at"}},
		"expired assertion":       {expired, tokens | introspections, []string{"the assertion ended at " + now.Add(-2*time.Hour-5*time.Second+time.Minute).UTC().Format(time.RFC3339), "new assertion"}},
		"assertion without dots":  {text(canary), tokens | introspections, []string{"not a signed JWT", "compact form"}},
		"an opaque token instead": {text(world().Service.PAT), tokens | introspections, []string{"not a signed JWT"}},
		"a key instead":           {text(string(world().API.KeyJSON())), tokens | introspections, []string{"not a signed JWT"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			check := func(op string, err error) {
				e := failed(t, err)
				if !e.Credentials || e.Op != op || e.Status != 0 || e.URL != "" {
					t.Errorf("%+v", e)
				}
				says(t, e.Error()+strings.Join(e.Next, ""), test.want...)
				keeps(t, everything(e), canary, world().Service.PAT, test.credentials.Assertion.Reveal())
			}
			if test.of&tokens != 0 {
				_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: test.credentials})
				check("get access token", err)
			}
			if test.of&introspections != 0 {
				_, err := c.Introspect(t.Context(), test.credentials, key.NewSecret("token"))
				check("introspect token", err)
			}
			if got := issuer.Connections(); got != 0 {
				t.Errorf("%d connections", got)
			}
		})
	}
}

// A key that ends later is of use until then.
func TestKeyThatEndsLater(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	credentials := endingAt(t, world().Service.KeyJSON(), time.Now().Add(time.Hour))
	accessToken(t, newClient(t, issuer.URL), credentials, "openid")
	counts(t, issuer, discoveryAndToken)
}
