package zitadel_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestEqualRequestsShareOneToken(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	tokens := make([]*oauth.Token, 50)
	var all sync.WaitGroup
	for n := range tokens {
		all.Go(func() {
			token, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: userKey(), Scopes: []string{"openid"}, MinValidity: 5 * time.Minute})
			if err != nil {
				t.Error(err)
			}
			tokens[n] = token
		})
	}
	all.Wait()
	counts(t, issuer, discoveryAndToken)
	for _, token := range tokens {
		if token == nil || token.AccessToken.Reveal() != tokens[0].AccessToken.Reveal() {
			t.Fatal("the tokens differ")
		}
	}
}

func TestWhatIsShared(t *testing.T) {
	t.Parallel()
	again := oauth.Credentials{Key: parsed(world().Service.KeyJSON())}
	second := oauth.Credentials{Key: parsed(world().Service.SecondKeyJSON())}
	tests := map[string]struct {
		credentials oauth.Credentials
		scopes      []string
		shared      bool
	}{
		"the same":          {userKey(), []string{"openid", "profile"}, true},
		"other order":       {userKey(), []string{"profile", "openid"}, true},
		"repeats":           {userKey(), []string{"openid", "profile", "openid"}, true},
		"key parsed anew":   {again, []string{"openid", "profile"}, true},
		"fewer scopes":      {userKey(), []string{"openid"}, false},
		"more scopes":       {userKey(), []string{"openid", "profile", projectScope()}, false},
		"another key of it": {second, []string{"openid", "profile"}, false},
		"another user":      {jwtUserKey(), []string{"openid", "profile"}, false},
		"by secret":         {userSecret(), []string{"openid", "profile"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			first := accessToken(t, c, userKey(), "openid", "profile")
			other := accessToken(t, c, test.credentials, test.scopes...)
			if equal := first.AccessToken.Reveal() == other.AccessToken.Reveal(); equal != test.shared {
				t.Errorf("the tokens are equal: %t", equal)
			}
			requests := 2
			if test.shared {
				requests = 1
			}
			counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: requests})
		})
	}
}

// A wrong secret must not get the token of the right one.
func TestOtherSecretSharesNothing(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	accessToken(t, c, userSecret(), "openid")
	_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: secret(world().Service.Name, "wrong"), Scopes: []string{"openid"}})
	if e := failed(t, err); e.Status != http.StatusBadRequest {
		t.Errorf("%+v", e)
	}
	counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 3, optest.Ready: 1})
}

func TestMinValidity(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.TokenLifetime(10 * time.Minute) // which gives 599 s
	begin := time.Now().Truncate(time.Second)
	var later atomic.Int64
	now := func() time.Time { return begin.Add(time.Duration(later.Load())) }
	c := newClient(t, issuer.URL)
	c.Now, c.Transport = now, dated(t, now)
	for _, step := range []struct {
		at          time.Duration
		minValidity time.Duration
		requests    int
	}{
		{0, 5 * time.Minute, 1},
		{4 * time.Minute, 5 * time.Minute, 1},
		{4*time.Minute + 59*time.Second, 6 * time.Minute, 1}, // 300 s are more than half of its lifetime
		{5 * time.Minute, 6 * time.Minute, 2},                // 299 s are less
		{5 * time.Minute, time.Hour, 2},                      // more than any token has: half counts
		{9*time.Minute + 59*time.Second, time.Hour, 2},
		{10 * time.Minute, time.Hour, 3},
		{15 * time.Minute, 4 * time.Minute, 3},
		{16 * time.Minute, 4 * time.Minute, 4},
		{25 * time.Minute, 0, 4},
		{40 * time.Minute, 0, 5}, // it has expired
	} {
		later.Store(int64(step.at))
		token, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: userSecret(), MinValidity: step.minValidity})
		if err != nil {
			t.Fatal(err)
		}
		if got := issuer.Requests(optest.Token); got != step.requests {
			t.Errorf("at %s with %s: %d requests, want %d", step.at, step.minValidity, got, step.requests)
		}
		if left := token.ExpiresAt.Sub(now()); left < min(step.minValidity, 299*time.Second) {
			t.Errorf("at %s with %s: only %s left", step.at, step.minValidity, left)
		}
	}
}

// A rejection is shared for five seconds, and any other failure is not cached.
func TestFailuresAreNotKept(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	var later atomic.Int64
	c.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	refusal := optest.Fault{Status: http.StatusBadRequest, Body: `{"error":"invalid_grant"}`}
	issuer.Fail(optest.Discovery, 1, optest.Fault{Status: http.StatusForbidden, Body: "no"})
	refuse(issuer, optest.Token, refusal)
	request := oauth.TokenRequest{Credentials: userSecret(), Scopes: []string{"openid"}}
	for _, op := range []string{"read OpenID configuration", "get access token"} {
		if _, err := c.AccessToken(t.Context(), request); failed(t, err).Op != op {
			t.Errorf("%v, want a failure to %s", err, op)
		}
	}
	if _, err := c.AccessToken(t.Context(), request); !failed(t, err).Shared {
		t.Errorf("%v is not shared", err)
	}
	later.Store(int64(5 * time.Second))
	accessToken(t, c, userSecret(), "openid")
	counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 2, optest.Token: 3, optest.Ready: 1})
}

// When all callers are gone the request ends, too: the issuer would answer only
// in an hour.
func TestCancelledRequestEnds(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Fail(optest.Token, 1, optest.Fault{Delay: time.Hour})
	c := newClient(t, issuer.URL)
	base := c.Transport
	asked, ended := make(chan struct{}), make(chan error, 1)
	c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path != "/oauth/v2/token" {
			return base.RoundTrip(r)
		}
		close(asked)
		response, err := base.RoundTrip(r)
		ended <- err
		return response, err
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the run was stopped")
	answers := make(chan error, 3)
	for range cap(answers) {
		go func() {
			_, err := c.AccessToken(ctx, oauth.TokenRequest{Credentials: userSecret()})
			answers <- err
		}()
	}
	<-asked
	cancel(reason)
	for range cap(answers) {
		if err := <-answers; !errors.Is(err, reason) {
			t.Errorf("a caller got %v", err)
		}
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v", err)
	}
}

func TestCancelledIntrospectionEnds(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	if _, err := c.Configuration(t.Context()); err != nil {
		t.Fatal(err)
	}
	base := c.Transport
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the run was stopped")
	c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		cancel(reason)
		return base.RoundTrip(r)
	})
	c.MaxRetries = 3
	if _, err := c.Introspect(ctx, apiSecret(), key.NewSecret("t")); !errors.Is(err, reason) {
		t.Errorf("%v", err)
	}
}
