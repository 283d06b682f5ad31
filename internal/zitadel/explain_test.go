package zitadel_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestExplainedGrants(t *testing.T) {
	t.Parallel()
	w := world()
	invalid := optest.Fault{Status: 500, Body: `{"error":"server_error","error_description":"Errors.Internal"}`}
	tests := map[string]struct {
		credentials oauth.Credentials
		prepare     func(*optest.Issuer)
		status      int
		code        string
		likely      []string
		next        []string
	}{
		"deleted key": {
			userKey(), func(i *optest.Issuer) { i.DeleteKey(userKey().Key.ID) }, 400, "invalid_grant",
			[]string{"Key " + userKey().Key.ID, "service account " + w.Service.ID, "was deleted"}, []string{userKey().Key.ID, "create a new one"},
		},
		"deleted key that should live": {
			endingAt(t, w.Service.KeyJSON(), time.Date(2099, 1, 31, 0, 0, 0, 0, time.UTC)), func(i *optest.Issuer) { i.DeleteKey(userKey().Key.ID) }, 400, "invalid_grant",
			[]string{"According to its key JSON, the key expires at 2099-01-31T00:00:00Z."}, []string{userKey().Key.ID},
		},
		"older server": {
			userKey(), func(i *optest.Issuer) { refuse(i, optest.Token, invalid) }, 500, "server_error",
			[]string{"Key " + userKey().Key.ID, w.Service.ID}, []string{userKey().Key.ID},
		},
		"deactivated, by key": {
			userKey(), func(i *optest.Issuer) { i.Deactivate(w.Service) }, 400, "invalid_request",
			[]string{"deactivated or locked"}, []string{"Activate or unlock it"},
		},
		"wrong secret": {
			secret(w.Service.Name, canary), nil, 400, "invalid_request",
			[]string{"client secret is not the current secret"}, []string{"Check client_secret"},
		},
		"no secret": {
			secret(w.ServiceNoGrant.Name, canary), nil, 400, "invalid_request",
			[]string{"has no client secret"}, []string{"Generate a secret"},
		},
		"id in place of the name": {
			secret(w.Service.ID, canary), nil, 400, "invalid_client",
			[]string{"not its user ID"}, []string{"Check client_id"},
		},
		"client in other words": {
			userSecret(), func(i *optest.Issuer) {
				refuse(i, optest.Token, optest.Fault{Status: 401, Body: `{"error":"invalid_client"}`})
			}, 401, "invalid_client",
			[]string{"do not belong to an active service account"}, []string{"client_id (the user name"},
		},
		"something else": {
			userSecret(), func(i *optest.Issuer) {
				refuse(i, optest.Token, optest.Fault{Status: 400, Body: `{"error":"invalid_scope"}`})
			}, 400, "invalid_scope",
			nil, []string{"in ZITADEL's log. It was sent at 20"},
		},
		"no OAuth error": {
			userSecret(), func(i *optest.Issuer) { i.Fail(optest.Token, 1, optest.Fault{Status: 403, Body: canary}) }, 403, "",
			nil, []string{"no other server responds in its place"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			if test.prepare != nil {
				test.prepare(issuer)
			}
			_, err := newClient(t, issuer.URL).AccessToken(t.Context(), oauth.TokenRequest{Credentials: test.credentials, Scopes: []string{"openid"}})
			e := failed(t, err)
			if e.Status != test.status || e.Code != test.code || e.Credentials != (test.code != "" && test.code != "invalid_scope") || e.Op != "get access token" || e.Method != http.MethodPost {
				t.Errorf("%+v", e)
			}
			if len(e.Likely) == 0 != (len(test.likely) == 0) {
				t.Errorf("likely %q", e.Likely)
			}
			says(t, strings.Join(e.Likely, " "), test.likely...)
			says(t, strings.Join(e.Next, " "), test.next...)
			keeps(t, everything(e), canary, w.Service.Secret)
			if e.Code == "" {
				counts(t, issuer, discoveryAndToken)
			} else {
				counts(t, issuer, refusedToken)
			}
		})
	}
}

func TestExplainedClientAuthentication(t *testing.T) {
	t.Parallel()
	w := world()
	deleted := func(i *optest.Issuer) { i.DeleteKey(apiKey().Key.ID) }
	tests := map[string]struct {
		credentials oauth.Credentials
		prepare     func(*optest.Issuer)
		likely      []string
		next        string
	}{
		"wrong secret":           {secret(w.APIBasic.ClientID, canary), nil, []string{"Client " + w.APIBasic.ClientID, "the secret is wrong"}, "client_secret"},
		"application with a key": {secret(w.API.ClientID, canary), nil, []string{"private_key_jwt"}, "client_secret"},
		"service account":        {userSecret(), nil, []string{w.Service.Name, "A service account cannot introspect"}, "client_secret"},
		"deleted key":            {apiKey(), deleted, []string{"Key " + apiKey().Key.ID, "application " + w.API.ClientID}, apiKey().Key.ID},
	}
	for name, test := range tests {
		for _, documented := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				issuer := start(t)
				issuer.DocumentedClientErrors(documented)
				if test.prepare != nil {
					test.prepare(issuer)
				}
				_, err := newClient(t, issuer.URL).Introspect(t.Context(), test.credentials, key.NewSecret(w.Service.PAT))
				e := failed(t, err)
				status, code := 400, "unauthorized_client"
				if documented {
					status, code = 401, "invalid_client"
				}
				if e.Status != status || e.Code != code || !e.Credentials || e.RequestID == "" {
					t.Errorf("%+v", e)
				}
				says(t, strings.Join(e.Likely, " "), test.likely...)
				says(t, strings.Join(e.Next, " "), test.next)
				keeps(t, everything(e), canary, w.Service.PAT, w.Service.Secret)
				counts(t, issuer, refusedIntrospection)
			})
		}
	}
}

// What is wrong with an assertion that was signed elsewhere, as far as it shows.
func TestExplainedAssertion(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Second)
	tests := map[string]struct {
		assertion func(issuer string) oauth.Credentials
		want      []string // of which each is there
		not       []string
	}{
		"another issuer": {
			func(string) oauth.Credentials {
				return presigned(t, userKey(), "https://other.example", now, time.Hour)
			},
			[]string{`"aud" does not contain exactly the issuer %s`, `"` + userKey().Key.ID + `"`, `"` + world().Service.ID + `"`}, []string{`"iat"`, `"kid"`},
		},
		"token endpoint": {
			func(i string) oauth.Credentials { return presigned(t, userKey(), i+"/oauth/v2/token", now, time.Hour) },
			[]string{`"aud" does not contain exactly the issuer %s`}, nil,
		},
		"trailing slash": {
			func(i string) oauth.Credentials { return presigned(t, userKey(), i+"/", now, time.Hour) },
			[]string{`"aud" does not contain exactly the issuer %s`, "exactly"}, nil,
		},
		"ahead": {
			func(i string) oauth.Credentials { return presigned(t, userKey(), i, now.Add(time.Hour), time.Hour) },
			[]string{`"iat"`, "is ahead of the server's clock"}, []string{`"aud" does not`},
		},
		"too old": {
			func(i string) oauth.Credentials {
				return presigned(t, userKey(), i, now.Add(-2*time.Hour), 24*time.Hour)
			},
			[]string{"was issued at", "older than an hour"}, []string{`"aud" does not`},
		},
		"an application's": {
			func(i string) oauth.Credentials { return presigned(t, apiKey(), i, now, time.Hour) },
			[]string{"does not know key", apiKey().Key.ID, world().API.ClientID}, []string{`"aud" does not`, `"iat" is`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			credentials := test.assertion(issuer.URL)
			c := newClient(t, issuer.URL)
			c.Now = func() time.Time { return now }
			_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: credentials})
			e := failed(t, err)
			likely := strings.Join(e.Likely, " ")
			for _, want := range test.want {
				says(t, likely, strings.ReplaceAll(want, "%s", issuer.URL))
			}
			keeps(t, likely, test.not...)
			says(t, strings.Join(e.Next, " "), "RS256", `"kid"`, `exactly "`+issuer.URL+`"`)
			keeps(t, everything(e), credentials.Assertion.Reveal())
			counts(t, issuer, refusedToken)
		})
	}
}

// An assertion that lacks nearly everything.
func TestExplainedBareAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	credentials := oauth.Credentials{Assertion: key.NewSecret(jwt(`{"sub":"\u001b"}`))}
	_, err := newClient(t, issuer.URL).AccessToken(t.Context(), oauth.TokenRequest{Credentials: credentials})
	e := failed(t, err)
	says(t, strings.Join(e.Likely, " "), `"aud" does not contain exactly the issuer`, `no "iat"`, `no "exp"`, `no "kid"`)
	if strings.Contains(everything(e), "\x1b") {
		t.Error("control characters come out")
	}
}

// A clock that is far off is a hint of its own.
func TestExplainedSkew(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Skew(2 * time.Hour)
	issuer.DeleteKey(userKey().Key.ID)
	c := newClient(t, issuer.URL)
	c.Transport = connections(t)
	_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: userKey()})
	says(t, strings.Join(failed(t, err).Likely, " "), "The server's clock is", "ahead of this machine's clock")
	counts(t, issuer, refusedToken)
}
