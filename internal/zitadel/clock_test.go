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

// document is the least that a discovery document can be.
func document(issuer string) string {
	return `{"issuer":"` + issuer + `","token_endpoint":"` + issuer + `/oauth/v2/token","introspection_endpoint":"` + issuer + `/oauth/v2/introspect"}`
}

func TestSkew(t *testing.T) {
	t.Parallel()
	local := time.Date(2030, 1, 31, 12, 0, 0, 700_000_000, time.UTC)
	whole := local.Truncate(time.Second)
	at := func(d time.Duration) http.Header { return http.Header{"Date": {whole.Add(d).Format(http.TimeFormat)}} }
	aged := at(2 * time.Hour)
	aged.Set("Age", "7200")
	const tooFar = 1 << 62
	tests := map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"none":               {at(0), 0},
		"a second ahead":     {at(time.Second), 0},
		"a second behind":    {at(-time.Second), 0},
		"two seconds ahead":  {at(2 * time.Second), 2 * time.Second},
		"two seconds behind": {at(-2 * time.Second), -2 * time.Second},
		"two hours ahead":    {at(2 * time.Hour), 2 * time.Hour},
		"two hours behind":   {at(-2 * time.Hour), -2 * time.Hour},
		"a day":              {at(24 * time.Hour), 24 * time.Hour},
		"out of a cache":     {aged, 0},
		"no date":            {http.Header{"Date": {"yesterday"}}, 0},
		"more than a day":    {at(24*time.Hour + time.Second), tooFar},
		"three days behind":  {at(-72 * time.Hour), tooFar},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Discovery, 1, optest.Fault{Status: http.StatusOK, Header: test.header, Body: document(issuer.URL)})
			c := newClient(t, issuer.URL)
			c.Transport = connections(t)
			c.Now = func() time.Time { return local }
			_, err := c.Configuration(t.Context())
			if (err != nil) != (test.want == tooFar) {
				t.Fatalf("error %v", err)
			}
			if err != nil {
				e := failed(t, err)
				says(t, e.Error(), "the server's clock is", "this machine's clock")
				if len(e.Likely) == 0 || len(e.Next) == 0 || e.Credentials {
					t.Errorf("%+v", e)
				}
				return
			}
			if c.Skew() != test.want || !c.ServerTime().Equal(local.Add(test.want)) {
				t.Errorf("skew %s, server time %v", c.Skew(), c.ServerTime())
			}
		})
	}
}

// The clock that discovery has shown is the one that assertions are signed by,
// so the first request succeeds.
func TestSkewIsHealed(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{time.Second, -time.Second, 2 * time.Hour, -2 * time.Hour, 23 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Skew(skew)
			c := newClient(t, issuer.URL)
			c.Transport = connections(t)
			token := accessToken(t, c, userKey(), projectScope())
			if away := token.IssuedAt.Sub(time.Now().Add(skew)).Abs(); away > time.Minute {
				t.Errorf("issued at %v", token.IssuedAt)
			}
			if answer := introspect(t, c, apiKey(), token.AccessToken); !answer.Active {
				t.Error("the token is not active")
			}
			counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 1, optest.Introspection: 1})
		})
	}
}

// A refusal that another clock explains is signed again, once.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{2 * time.Hour, -2 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			c.Transport = connections(t)
			introspect(t, c, apiKey(), key.NewSecret("t")) // keeps an assertion of the old clock
			issuer.Skew(skew)
			accessToken(t, c, userKey(), projectScope())
			introspect(t, c, apiKey(), key.NewSecret("t"))
			counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 2, optest.Introspection: 4, optest.Ready: 2})
		})
	}
}

func TestRefusalIsSignedAgainOnce(t *testing.T) {
	t.Parallel()
	refusal := `{"error":"invalid_grant","error_description":"invalid assertion"}`
	now := time.Now()
	local := now.Truncate(time.Second)
	dates := func(d time.Duration) optest.Fault {
		return optest.Fault{Status: 400, Body: refusal, Header: http.Header{"Date": {local.Add(d).UTC().Format(http.TimeFormat)}}}
	}
	aged := dates(2 * time.Hour)
	aged.Header.Set("Age", "1")
	given := func(issuer string) oauth.Credentials { return presigned(t, userKey(), issuer, now, time.Hour) }
	signed := func(string) oauth.Credentials { return userKey() }
	tests := map[string]struct {
		answers     []optest.Fault
		credentials func(issuer string) oauth.Credentials
		requests    int
		probes      int
		want        string
	}{
		"no skew":           {[]optest.Fault{dates(0)}, signed, 2, 1, "invalid_grant"},
		"a second":          {[]optest.Fault{dates(time.Second)}, signed, 2, 1, "invalid_grant"},
		"out of a cache":    {[]optest.Fault{aged}, signed, 2, 1, "invalid_grant"},
		"once":              {[]optest.Fault{dates(2 * time.Hour)}, signed, 3, 1, "invalid_grant"},
		"clock keeps going": {[]optest.Fault{dates(2 * time.Hour), dates(4 * time.Hour), dates(6 * time.Hour)}, signed, 3, 1, "invalid_grant"},
		"signed elsewhere":  {[]optest.Fault{dates(2 * time.Hour)}, given, 2, 1, "invalid_grant"},
		"three days":        {[]optest.Fault{dates(72 * time.Hour)}, signed, 1, 0, "72h ahead of this machine's clock"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			c.Now = func() time.Time { return local }
			if _, err := c.Configuration(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Transport = connections(t) // from here on dates count
			for _, answer := range test.answers {
				issuer.Fail(optest.Token, 1, answer)
			}
			issuer.Fail(optest.Token, 2, test.answers[len(test.answers)-1])
			issuer.Fail(optest.Ready, 1, optest.Fault{Header: http.Header{"Date": {local.UTC().Format(http.TimeFormat)}}})
			_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: test.credentials(issuer.URL)})
			says(t, failed(t, err).Error(), test.want)
			counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: test.requests, optest.Ready: test.probes})
		})
	}
}

// Three days are no skew but a wrong clock: nothing is signed by it.
func TestWrongClock(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{72 * time.Hour, -72 * time.Hour} {
		issuer := start(t)
		issuer.Skew(skew)
		c := newClient(t, issuer.URL)
		c.Transport, c.MaxRetries = connections(t), 3
		_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: userKey()})
		e := failed(t, err)
		says(t, e.Error(), map[bool]string{true: "ahead of", false: "behind"}[skew > 0])
		says(t, strings.Join(e.Next, ""), "Set the clock")
		counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
	}
}
