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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestIdenticalRequestsShareOneToken(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	tokens := make([]*zitadel.Token, 50)
	var all sync.WaitGroup
	for n := range tokens {
		all.Go(func() {
			token, err := c.AccessToken(t.Context(), zitadel.TokenRequest{
				Credentials: userKey(), Scopes: []string{"openid"}, MinValidity: 5 * time.Minute,
			})
			if err != nil {
				t.Error(err)
			}
			tokens[n] = token
		})
	}
	all.Wait()
	checkRequests(t, issuer, discoveryAndToken)
	for _, token := range tokens {
		if token == nil || token.AccessToken.Reveal() != tokens[0].AccessToken.Reveal() {
			t.Fatal("the callers received different tokens")
		}
	}
}

func TestIdenticalRequests(t *testing.T) {
	t.Parallel()
	again := keyCredentials(world().Service.KeyJSON())
	second := keyCredentials(world().Service.SecondKeyJSON())
	tests := map[string]struct {
		credentials zitadel.Credentials
		scopes      []string
		shared      bool
	}{
		"identical":        {userKey(), []string{"openid", "profile"}, true},
		"different order":  {userKey(), []string{"profile", "openid"}, true},
		"repeated scopes":  {userKey(), []string{"openid", "profile", "openid"}, true},
		"key parsed again": {again, []string{"openid", "profile"}, true},
		"fewer scopes":     {userKey(), []string{"openid"}, false},
		"more scopes":      {userKey(), []string{"openid", "profile", projectScope()}, false},
		"second key":       {second, []string{"openid", "profile"}, false},
		"different user":   {jwtUserKey(), []string{"openid", "profile"}, false},
		"secret":           {userSecret(), []string{"openid", "profile"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			first := accessToken(t, c, userKey(), "openid", "profile")
			other := accessToken(t, c, test.credentials, test.scopes...)
			if isSame := first.AccessToken.Reveal() == other.AccessToken.Reveal(); isSame != test.shared {
				t.Errorf("the tokens are the same: %t, want %t", isSame, test.shared)
			}
			requests := 2
			if test.shared {
				requests = 1
			}
			checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: requests})
		})
	}
}

// TestWrongSecretSharesNothing checks that a request with the wrong secret does not get a cached
// token that was requested with the right one.
func TestWrongSecretSharesNothing(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	accessToken(t, c, userSecret(), "openid")
	wrong := secret(world().Service.Name, "wrong")
	_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: wrong, Scopes: []string{"openid"}})
	if e := asError(t, err); e.Status != http.StatusBadRequest {
		t.Errorf("unexpected error: %+v", e)
	}
	checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 3, optest.Ready: 1})
}

func TestMinValidity(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.TokenLifetime(10 * time.Minute) // expires_in is 599
	begin := time.Now().Truncate(time.Second)
	var later atomic.Int64
	now := func() time.Time { return begin.Add(time.Duration(later.Load())) }
	c := newClient(t, issuer.URL)
	c.Now, c.Transport = now, withDates(t, now)
	for _, step := range []struct {
		at          time.Duration
		minValidity time.Duration
		requests    int
	}{
		{0, 5 * time.Minute, 1},
		{4 * time.Minute, 5 * time.Minute, 1},
		{4*time.Minute + 59*time.Second, 6 * time.Minute, 1}, // 300 s left, which is more than half of the lifetime
		{5 * time.Minute, 6 * time.Minute, 2},                // 299 s left, which is less than half
		{5 * time.Minute, time.Hour, 2},                      // an hour is limited to half of the lifetime
		{9*time.Minute + 59*time.Second, time.Hour, 2},
		{10 * time.Minute, time.Hour, 3},
		{15 * time.Minute, 4 * time.Minute, 3},
		{16 * time.Minute, 4 * time.Minute, 4},
		{25 * time.Minute, 0, 4},
		{40 * time.Minute, 0, 5}, // the token has expired
	} {
		later.Store(int64(step.at))
		request := zitadel.TokenRequest{Credentials: userSecret(), MinValidity: step.minValidity}
		token, err := c.AccessToken(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		if got := issuer.Requests(optest.Token); got != step.requests {
			t.Errorf("at %s with MinValidity %s: %d requests, want %d", step.at, step.minValidity, got, step.requests)
		}
		if left := token.ExpiresAt.Sub(now()); left < min(step.minValidity, 299*time.Second) {
			t.Errorf("at %s with MinValidity %s: the token expires in %s", step.at, step.minValidity, left)
		}
	}
}

// TestFailuresAreNotCached checks that a rejection is shared for only five seconds, and that the next
// call immediately repeats a failed discovery request.
func TestFailuresAreNotCached(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	var later atomic.Int64
	c.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	rejection := optest.Fault{Status: http.StatusBadRequest, Body: `{"error":"invalid_grant"}`}
	issuer.Fail(optest.Discovery, 1, optest.Fault{Status: http.StatusForbidden, Body: "no"})
	failConfirmed(issuer, optest.Token, rejection)
	request := zitadel.TokenRequest{Credentials: userSecret(), Scopes: []string{"openid"}}
	for _, op := range []string{"read OpenID configuration", "get access token"} {
		if _, err := c.AccessToken(t.Context(), request); asError(t, err).Op != op {
			t.Errorf("got error %v, want a failure to %s", err, op)
		}
	}
	if _, err := c.AccessToken(t.Context(), request); !asError(t, err).Shared {
		t.Errorf("got error %v, want the shared rejection", err)
	}
	later.Store(int64(5 * time.Second))
	accessToken(t, c, userSecret(), "openid")
	checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 2, optest.Token: 3, optest.Ready: 1})
}

// TestCanceledTokenRequest checks that a request is canceled when all of its callers are canceled.
// Otherwise, the issuer would take an hour to respond.
func TestCanceledTokenRequest(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Fail(optest.Token, 1, optest.Fault{Delay: time.Hour})
	c := newClient(t, issuer.URL)
	base := c.Transport
	sent, ended := make(chan struct{}), make(chan error, 1)
	c.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path != "/oauth/v2/token" {
			return base.RoundTrip(r)
		}
		close(sent)
		response, err := base.RoundTrip(r)
		ended <- err
		return response, err
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the run was stopped")
	results := make(chan error, 3)
	for range cap(results) {
		go func() {
			_, err := c.AccessToken(ctx, zitadel.TokenRequest{Credentials: userSecret()})
			results <- err
		}()
	}
	<-sent
	cancel(reason)
	for range cap(results) {
		if err := <-results; !errors.Is(err, reason) {
			t.Errorf("a caller received error %v, want %v", err, reason)
		}
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v, want %v", err, context.Canceled)
	}
}

// TestCanceledIntrospection checks that a canceled introspection is not repeated.
func TestCanceledIntrospection(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	if _, err := c.Configuration(t.Context()); err != nil {
		t.Fatal(err)
	}
	base := c.Transport
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the run was stopped")
	c.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
		cancel(reason)
		return base.RoundTrip(r)
	})
	c.MaxRetries = 3
	if _, err := c.Introspect(ctx, apiSecret(), key.NewSecret("t")); !errors.Is(err, reason) {
		t.Errorf("got error %v, want %v", err, reason)
	}
}
