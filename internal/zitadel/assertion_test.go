package zitadel_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestSign checks the claims of an assertion that Sign returns, and the errors for credentials
// that cannot sign.
func TestSign(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)
	keys := map[string]zitadel.Credentials{"service account": userKey(), "application": apiKey()}
	for name, credentials := range keys {
		a, err := zitadel.Sign(credentials, []string{"https://z.example"}, now, 10*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if a.Subject != credentials.Key.Subject() || !slices.Equal(a.Audience, []string{"https://z.example"}) ||
			!a.IssuedAt.Equal(now.Add(-5*time.Second)) || !a.ExpiresAt.Equal(now.Add(-5*time.Second+10*time.Minute)) {
			t.Errorf("%s: unexpected claims: %+v", name, a)
		}
	}
	for name, test := range map[string]struct {
		credentials zitadel.Credentials
		want        string
	}{
		"none":                          {zitadel.Credentials{}, "credentials-missing"},
		"secret":                        {userSecret(), "key-required-to-sign"},
		"assertion":                     {zitadel.Credentials{Assertion: key.NewSecret(canary)}, "key-required-to-sign"},
		"application key without an ID": {withoutID(t, world().API.KeyJSON()), `key-id-missing member="keyId"`},
		"expired key": {
			keyExpiringAt(t, world().API.KeyJSON(), now), `key-expired expires_at="2030-01-31 12:00:00 +0000 UTC"`,
		},
	} {
		_, err := zitadel.Sign(test.credentials, []string{"a"}, now, time.Hour)
		e := asError(t, err)
		if e.Op != "sign client assertion" || !e.Credentials {
			t.Errorf("%s: unexpected error: %+v", name, e)
		}
		checkFaults(t, e.Problem, test.want)
		checkOmits(t, allText(e), canary, world().Service.Secret)
	}
}

// TestRequestAssertion checks the claims of an assertion that the client signs for a request,
// including that the issuer is the only audience.
func TestRequestAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	begin := time.Now()
	c := newClient(t, issuer.URL)
	c.Now = func() time.Time { return begin }
	c.AssertionLifetime = 7 * time.Minute
	accessToken(t, c, userKey(), "openid")
	a, err := key.ParseAssertion(key.NewSecret(issuer.Last(optest.Token).Form.Get("assertion")))
	if err != nil {
		t.Fatal(err)
	}
	issued := begin.Truncate(time.Second).Add(-5 * time.Second)
	if !slices.Equal(a.Audience, []string{issuer.URL}) ||
		!a.IssuedAt.Equal(issued) || !a.ExpiresAt.Equal(issued.Add(7*time.Minute)) ||
		a.Subject != world().Service.ID || a.KeyID != userKey().Key.ID {
		t.Errorf("unexpected claims: %+v; signed at %v", a, begin)
	}
}

// TestAssertionIsShared checks that all requests with the same key share an assertion until one
// minute before it expires. By default, an assertion expires 4 minutes and 55 seconds after it is
// signed, because it is backdated by five seconds.
func TestAssertionIsShared(t *testing.T) {
	t.Parallel()
	requests := map[string]struct {
		endpoint  optest.Endpoint
		parameter string
		send      func(*zitadel.Client, int) error
	}{
		"token": {optest.Token, "assertion", func(c *zitadel.Client, n int) error {
			scope := fmt.Sprint("urn:zitadel:iam:org:project:role:", n)
			_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userKey(), Scopes: []string{scope}})
			return err
		}},
		"introspection": {optest.Introspection, "client_assertion", func(c *zitadel.Client, _ int) error {
			_, err := c.Introspect(t.Context(), apiKey(), key.NewSecret(world().Service.PAT))
			return err
		}},
		"exchange": {optest.Token, "client_assertion", func(c *zitadel.Client, _ int) error {
			_, err := c.ExchangeToken(t.Context(), zitadel.ExchangeRequest{
				Credentials:        oidcKey(),
				SubjectToken:       key.NewSecret(world().Service.PAT),
				SubjectTokenType:   zitadel.TypeAccessToken,
				RequestedTokenType: zitadel.TypeAccessToken,
				Scopes:             []string{"openid"},
			})
			return err
		}},
		"revocation": {optest.Revocation, "client_assertion", func(c *zitadel.Client, _ int) error {
			request := zitadel.TokenRequest{Credentials: userSecret(), Scopes: []string{"openid"}}
			token, err := c.HoldToken(t.Context(), request, oidcKey())
			if err != nil {
				return err
			}
			return c.ReleaseToken(t.Context(), token.AccessToken)
		}},
	}
	for name, request := range requests {
		for lifetime, expires := range map[time.Duration]time.Duration{
			0:                4*time.Minute + 55*time.Second,
			10 * time.Minute: 9*time.Minute + 55*time.Second,
			time.Hour:        59*time.Minute + 55*time.Second,
		} {
			t.Run(fmt.Sprintf("%s/%s", name, lifetime), func(t *testing.T) {
				t.Parallel()
				issuer := start(t)
				begin := time.Now().Truncate(time.Second)
				var elapsed atomic.Int64
				c := newClient(t, issuer.URL)
				c.Now = func() time.Time { return begin.Add(time.Duration(elapsed.Load())) }
				c.AssertionLifetime = lifetime
				renewal := expires - time.Minute // when a new assertion is signed
				previous := ""
				for n, step := range []struct {
					at     time.Duration
					signed bool
				}{
					{0, true},
					{0, false},
					{renewal / 2, false},
					{renewal - time.Second, false},
					{renewal, true},
					{2*renewal - time.Second, false},
					{2 * renewal, true},
				} {
					elapsed.Store(int64(step.at))
					issuer.Skew(step.at)
					if err := request.send(c, n); err != nil {
						t.Fatal(err)
					}
					sent := issuer.Last(request.endpoint).Form.Get(request.parameter)
					if sent == "" || (sent != previous) != step.signed {
						t.Errorf("at %s: new assertion: %t, want %t", step.at, sent != previous, step.signed)
					}
					previous = sent
				}
			})
		}
	}
}

func TestConcurrentIntrospectionsShareAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	base := c.Transport
	var mu sync.Mutex
	sent := map[string]int{}
	c.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if r.GetBody != nil {
			form := formOf(t, r)
			mu.Lock()
			sent[form.Get("client_assertion")]++
			mu.Unlock()
		}
		return base.RoundTrip(r)
	})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			result, err := c.Introspect(t.Context(), apiKey(), key.NewSecret(world().Service.PAT))
			if err != nil || !result.Active {
				t.Errorf("result %+v, error %v; want an active token", result, err)
			}
		})
	}
	all.Wait()
	checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Introspection: 50})
	if len(sent) != 1 || sent[""] != 0 {
		t.Errorf("%d assertions were sent, want one", len(sent))
	}
}

// TestEachKeyHasItsOwnAssertion checks that two keys never share an assertion, even if both keys
// belong to one application and are used by one client.
func TestEachKeyHasItsOwnAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	second := keyCredentials(world().API.SecondKeyJSON())
	for _, credentials := range []zitadel.Credentials{apiKey(), second, apiKey()} {
		introspect(t, c, credentials, key.NewSecret("garbage"))
		a, err := key.ParseAssertion(key.NewSecret(issuer.Last(optest.Introspection).Form.Get("client_assertion")))
		if err != nil || a.KeyID != credentials.Key.ID {
			t.Errorf("signed with key %q, want %q: %v", a.KeyID, credentials.Key.ID, err)
		}
	}
}

// TestShortAssertion checks that an assertion with a one-minute lifetime is sent, but is not
// shared, because it expires too soon.
func TestShortAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	c.AssertionLifetime = time.Minute
	sent := map[string]bool{}
	for range 2 {
		introspect(t, c, apiKey(), key.NewSecret("garbage"))
		sent[issuer.Last(optest.Introspection).Form.Get("client_assertion")] = true
	}
	if len(sent) != 2 {
		t.Errorf("two requests sent %d different assertions, want 2", len(sent))
	}
}

// TestPresignedIntrospection checks that a presigned assertion is sent unchanged with each
// request.
func TestPresignedIntrospection(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	credentials := presigned(t, apiKey(), issuer.URL, time.Now(), 20*time.Second)
	for range 2 {
		result := introspect(t, c, credentials, key.NewSecret(world().Service.PAT))
		if !result.Active || result.ApplicationID != world().API.ClientID {
			t.Errorf("active: %t, want true; application %q, want %q",
				result.Active, result.ApplicationID, world().API.ClientID)
		}
		sent := issuer.Last(optest.Introspection).Form
		if sent.Get("client_assertion") != credentials.Assertion.Reveal() ||
			!strings.HasSuffix(sent.Get("client_assertion_type"), ":jwt-bearer") {
			t.Error("a different assertion was sent")
		}
	}
}
