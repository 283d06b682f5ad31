package zitadel_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// minimalDocument returns a discovery document with only the issuer and the token and
// introspection endpoints.
func minimalDocument(issuer string) string {
	return `{"issuer":"` + issuer + `","token_endpoint":"` + issuer + `/oauth/v2/token",` +
		`"introspection_endpoint":"` + issuer + `/oauth/v2/introspect"}`
}

// TestSkew checks the skew that the client derives from a response's Date header, and that a skew
// of more than a day is an error.
func TestSkew(t *testing.T) {
	t.Parallel()
	local := time.Date(2030, 1, 31, 12, 0, 0, 700_000_000, time.UTC)
	whole := local.Truncate(time.Second)
	at := func(d time.Duration) http.Header { return http.Header{"Date": {whole.Add(d).Format(http.TimeFormat)}} }
	aged := at(2 * time.Hour)
	aged.Set("Age", "7200")
	const rejected = 1 << 62
	tests := map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"no skew":            {at(0), 0},
		"a second ahead":     {at(time.Second), 0},
		"a second behind":    {at(-time.Second), 0},
		"two seconds ahead":  {at(2 * time.Second), 2 * time.Second},
		"two seconds behind": {at(-2 * time.Second), -2 * time.Second},
		"two hours ahead":    {at(2 * time.Hour), 2 * time.Hour},
		"two hours behind":   {at(-2 * time.Hour), -2 * time.Hour},
		"a day":              {at(24 * time.Hour), 24 * time.Hour},
		"from a cache":       {aged, 0},
		"invalid date":       {http.Header{"Date": {"yesterday"}}, 0},
		"more than a day":    {at(24*time.Hour + time.Second), rejected},
		"three days behind":  {at(-72 * time.Hour), rejected},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Discovery, 1, optest.Fault{
				Status: http.StatusOK, Header: test.header, Body: minimalDocument(issuer.URL),
			})
			c := newClient(t, issuer.URL)
			c.Transport = connections(t)
			c.Now = func() time.Time { return local }
			_, err := c.Configuration(t.Context())
			if (err != nil) != (test.want == rejected) {
				t.Fatalf("got error %v, want an error: %t", err, test.want == rejected)
			}
			if err != nil {
				e := asError(t, err)
				if e.Problem == nil || e.Problem.Code != "clock-wrong" || e.Status != http.StatusOK ||
					e.Credentials || !e.Unavailable {
					t.Fatalf("unexpected error: %+v", e)
				}
				date, err := http.ParseTime(test.header.Get("Date"))
				if err != nil {
					t.Fatal(err)
				}
				skew := date.Sub(whole)
				checkFaults(t, e, fmt.Sprintf("clock-wrong behind=%t skew=%q", skew < 0, skew.Abs()))
				return
			}
			if c.Skew() != test.want || !c.ServerTime().Equal(local.Add(test.want)) {
				t.Errorf("skew %s, want %s; server time %v", c.Skew(), test.want, c.ServerTime())
			}
		})
	}
}

// TestSkewIsCorrected checks that the client derives the skew from the response to the discovery
// request, so that its first request with an assertion already succeeds.
func TestSkewIsCorrected(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{time.Second, -time.Second, 2 * time.Hour, -2 * time.Hour, 23 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Skew(skew)
			c := newClient(t, issuer.URL)
			c.Transport = connections(t)
			issued := accessToken(t, c, userKey(), projectScope())
			if difference := issued.IssuedAt.Sub(time.Now().Add(skew)).Abs(); difference > time.Minute {
				t.Errorf("issued at %v, which is %s off the server's time", issued.IssuedAt, difference)
			}
			if !introspect(t, c, apiKey(), issued.AccessToken).Active {
				t.Error("the token is not active")
			}
			checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 1, optest.Introspection: 1})
		})
	}
}

// TestClockChanges checks that the client signs a new assertion when a rejection shows that the
// server's clock has changed.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{2 * time.Hour, -2 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			c.Transport = connections(t)
			introspect(t, c, apiKey(), key.NewSecret("t")) // caches an assertion with times from the old clock
			issuer.Skew(skew)
			accessToken(t, c, userKey(), projectScope())
			introspect(t, c, apiKey(), key.NewSecret("t"))
			checkRequests(t, issuer, map[optest.Endpoint]int{
				optest.Discovery: 1, optest.Token: 2, optest.Introspection: 4, optest.Ready: 2,
			})
		})
	}
}

func TestRequestIsSignedAgainOnce(t *testing.T) {
	t.Parallel()
	rejection := `{"error":"invalid_grant","error_description":"invalid assertion"}`
	now := time.Now()
	local := now.Truncate(time.Second)
	dates := func(d time.Duration) optest.Fault {
		header := http.Header{"Date": {local.Add(d).UTC().Format(http.TimeFormat)}}
		return optest.Fault{Status: 400, Body: rejection, Header: header}
	}
	aged := dates(2 * time.Hour)
	aged.Header.Set("Age", "1")
	withAssertion := func(issuer string) zitadel.Credentials {
		return presigned(t, userKey(), issuer, now, time.Hour)
	}
	withKey := func(string) zitadel.Credentials { return userKey() }
	tests := map[string]struct {
		responses   []optest.Fault
		credentials func(issuer string) zitadel.Credentials
		requests    int
		checks      int // number of readiness checks
		want        string
	}{
		"no skew":      {[]optest.Fault{dates(0)}, withKey, 2, 1, "key-not-accepted"},
		"a second":     {[]optest.Fault{dates(time.Second)}, withKey, 2, 1, "key-not-accepted"},
		"from a cache": {[]optest.Fault{aged}, withKey, 2, 1, "key-not-accepted"},
		"two hours":    {[]optest.Fault{dates(2 * time.Hour)}, withKey, 3, 1, "key-not-accepted"},
		"skew changes": {
			[]optest.Fault{dates(2 * time.Hour), dates(4 * time.Hour), dates(6 * time.Hour)},
			withKey, 3, 1, "key-not-accepted",
		},
		"presigned":  {[]optest.Fault{dates(2 * time.Hour)}, withAssertion, 2, 1, "assertion-key-unknown"},
		"three days": {[]optest.Fault{dates(72 * time.Hour)}, withKey, 1, 0, `clock-wrong behind=false skew="72h0m0s"`},
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
			c.Transport = connections(t) // from now on, responses keep their Date header
			for _, response := range test.responses {
				issuer.Fail(optest.Token, 1, response)
			}
			issuer.Fail(optest.Token, 2, test.responses[len(test.responses)-1])
			date := http.Header{"Date": {local.UTC().Format(http.TimeFormat)}}
			issuer.Fail(optest.Ready, 1, optest.Fault{Header: date})
			_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: test.credentials(issuer.URL)})
			e := asError(t, err)
			checkFaults(t, e, test.want)
			if isRejected := e.Code == "invalid_grant"; isRejected != (test.checks > 0) {
				t.Errorf("unexpected error: %+v", e)
			}
			checkRequests(t, issuer, map[optest.Endpoint]int{
				optest.Discovery: 1, optest.Token: test.requests, optest.Ready: test.checks,
			})
		})
	}
}

// TestWrongClock checks that the client signs nothing if the two clocks differ by three days,
// because one of them must be wrong.
func TestWrongClock(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{72 * time.Hour, -72 * time.Hour} {
		issuer := start(t)
		issuer.Skew(skew)
		c := newClient(t, issuer.URL)
		c.Transport, c.MaxRetries = connections(t), 3
		_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userKey()})
		e := asError(t, err)
		checkFaults(t, e, fmt.Sprintf("clock-wrong behind=%t", skew < 0))
		if got, _ := e.Problem.Values["skew"].(time.Duration); (got - skew.Abs()).Abs() > time.Minute {
			t.Errorf("skew %s, want about %s", got, skew.Abs())
		}
		checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
	}
}
