package zitadel_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestBackoff checks that waits are random, and that their upper bound grows exponentially and is
// higher for rate-limited requests.
func TestBackoff(t *testing.T) {
	t.Parallel()
	retryAfter := func(status int, seconds string) optest.Fault {
		return optest.Fault{Status: status, Header: http.Header{"Retry-After": {seconds}}}
	}
	for name, test := range map[string]struct {
		fault      optest.Fault
		least, end time.Duration // the first wait is in [least, end)
	}{
		"outage":                  {optest.Fault{Status: 503}, 0, time.Second},
		"reset":                   {optest.Fault{Reset: true}, 0, time.Second},
		"rate limit":              {optest.Fault{Status: 429}, 0, 8 * time.Second},
		"rate limit, Retry-After": {retryAfter(429, "3"), 3 * time.Second, 11 * time.Second},
		"overload, Retry-After":   {retryAfter(503, "3"), 3 * time.Second, 11 * time.Second},
		"outage, Retry-After: 0":  {retryAfter(503, "0"), 0, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Token, 100, test.fault)
			var w sleeps
			c := newClient(t, issuer.URL)
			c.Jitter, c.MaxRetries, c.Sleep = nil, 70, w.sleep // 70 doublings would overflow an int64
			_ = asError(t, calls[optest.Token](t, c))
			if len(w.durations) != 70 {
				t.Fatalf("%d waits, want 70", len(w.durations))
			}
			bound, different := test.end-test.least, map[time.Duration]bool{}
			for n, wait := range w.durations {
				if wait < test.least || wait >= test.least+bound {
					t.Errorf("wait %d is %s, want at least %s and less than %s", n+1, wait, test.least, test.least+bound)
				}
				different[wait] = true
				bound = min(2*bound, 30*time.Second)
			}
			if len(different) < 60 {
				t.Errorf("got only %d distinct waits in 70, want at least 60", len(different))
			}
			// The bound grows to 30 s, so some waits must be longer than 15 s.
			if longest := slices.Max(w.durations); longest < test.least+15*time.Second {
				t.Errorf("the longest wait is %s, want at least %s", longest, test.least+15*time.Second)
			}
		})
	}
}

// TestBackoffLeavesTimeForTheRetry checks that a rate-limited revocation is retried within its
// limit of 5 s.
func TestBackoffLeavesTimeForTheRetry(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]http.Header{
		"no Retry-After": {}, "Retry-After": {"Retry-After": {"3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, s := newMemoryClient(handlers{})
				s.handle("/revoke", func(*http.Request) (*http.Response, error) {
					if s.count("/revoke") == 1 {
						return &http.Response{StatusCode: 429, Header: header, Body: http.NoBody}, nil
					}
					return jsonResponse(200, ""), nil
				})
				c.Jitter = fullJitter
				token, err := c.HoldToken(t.Context(), tokenRequest, revoker)
				if err != nil {
					t.Fatal(err)
				}
				if err := c.ReleaseToken(t.Context(), token.AccessToken); err != nil || s.count("/revoke") != 2 {
					t.Errorf("%d attempts, error %v; want 2 attempts and no error", s.count("/revoke"), err)
				}
			})
		})
	}
}

// TestCanceledWait checks that a call returns immediately when it is canceled while the client is
// waiting to retry.
func TestCanceledWait(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Fail(optest.Token, 10, optest.Fault{Status: 503})
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the run was stopped")
	woken := make(chan error, 1)
	c := newClient(t, issuer.URL)
	c.MaxRetries = 3
	c.Sleep = func(ctx context.Context, _ time.Duration) error {
		cancel(reason)
		<-ctx.Done()
		woken <- ctx.Err()
		return ctx.Err()
	}
	_, err := c.AccessToken(ctx, zitadel.TokenRequest{Credentials: userSecret()})
	if !errors.Is(err, reason) {
		t.Errorf("got error %v, want %v", err, reason)
	}
	if err := <-woken; !errors.Is(err, context.Canceled) {
		t.Errorf("the wait ended with %v, want %v", err, context.Canceled)
	}
	checkRequests(t, issuer, discoveryAndToken)
}

// TestDefaultSleep checks that the client waits with a timer if Client.Sleep is nil. Under
// synctest, time passes only while all goroutines are blocked, so the measured waits are exact.
func TestDefaultSleep(t *testing.T) {
	t.Parallel()
	busy := roundTripFunc(func(r *http.Request) (*http.Response, error) {
		header := http.Header{"Retry-After": {"20"}, "Content-Type": {"text/plain"}}
		return &http.Response{StatusCode: 503, Header: header, Body: http.NoBody, Request: r}, nil
	})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		c := &zitadel.Client{Issuer: "https://z.example", Transport: busy, MaxRetries: 2, Jitter: fullJitter}
		if _, err := c.Configuration(t.Context()); asError(t, err).Attempts != 3 {
			t.Errorf("got error %v, want an error after 3 attempts", err)
		}
		if waited := time.Since(begin); waited != 64*time.Second {
			t.Errorf("the client waited %s, want 64s", waited)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		c := &zitadel.Client{Issuer: "https://z.example", Transport: busy, MaxRetries: 2}
		if _, err := c.Configuration(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v, want %v", err, context.DeadlineExceeded)
		}
		if waited := time.Since(begin); waited != 5*time.Second {
			t.Errorf("the client waited %s, want 5s", waited)
		}
	})
}
