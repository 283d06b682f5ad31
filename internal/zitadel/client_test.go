package zitadel_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Exponential backoff with full jitter: each wait has an upper bound and is
// random below it. Runs that were turned away spread wider.
func TestBackoff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault      optest.Fault
		least, end time.Duration // of the first wait
	}{
		"outage":                   {optest.Fault{Status: 503}, 0, time.Second},
		"reset":                    {optest.Fault{Reset: true}, 0, time.Second},
		"limit":                    {optest.Fault{Status: 429}, 0, 8 * time.Second},
		"limit, Retry-After":       {optest.Fault{Status: 429, Header: http.Header{"Retry-After": {"3"}}}, 3 * time.Second, 11 * time.Second},
		"overload, Retry-After":    {optest.Fault{Status: 503, Header: http.Header{"Retry-After": {"3"}}}, 3 * time.Second, 11 * time.Second},
		"outage, Retry-After of 0": {optest.Fault{Status: 503, Header: http.Header{"Retry-After": {"0"}}}, 0, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Token, 100, test.fault)
			var w waits
			c := newClient(t, issuer.URL)
			c.Jitter, c.MaxRetries, c.Sleep = nil, 70, w.sleep // far more than a 64 bit shift can take
			_ = failed(t, calls[optest.Token](t, c))
			if len(w.asked) != 70 {
				t.Fatalf("%d waits", len(w.asked))
			}
			bound, different := test.end-test.least, map[time.Duration]bool{}
			for n, wait := range w.asked {
				if wait < test.least || wait >= test.least+bound {
					t.Errorf("wait %d is %s, want it from %s and under %s", n+1, wait, test.least, test.least+bound)
				}
				different[wait] = true
				bound = min(2*bound, 30*time.Second)
			}
			if len(different) < 60 {
				t.Errorf("only %d different waits of 70", len(different))
			}
			// All 70 in the lower half would be a bound that is too low.
			if longest := slices.Max(w.asked); longest < test.least+15*time.Second {
				t.Errorf("no wait is longer than %s", longest)
			}
		})
	}
}

// A revocation, which has 5 s in all, is retried within them also if it is
// turned away.
func TestBackoffLeavesTimeForTheRetry(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]http.Header{"limit": {}, "limit, Retry-After": {"Retry-After": {"3"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var w *wire
				var c *oauth.Client
				c, w = wired(map[string]func(*http.Request) (*http.Response, error){"/revoke": func(*http.Request) (*http.Response, error) {
					if w.count("/revoke") == 1 {
						return &http.Response{StatusCode: 429, Header: header, Body: http.NoBody}, nil
					}
					return given(200, ""), nil
				}})
				c.Jitter = longest
				token, err := c.HoldToken(t.Context(), wanted, revoker)
				if err != nil {
					t.Fatal(err)
				}
				if err := c.ReleaseToken(t.Context(), token.AccessToken); err != nil || w.count("/revoke") != 2 {
					t.Errorf("%d attempts, %v", w.count("/revoke"), err)
				}
			})
		})
	}
}

// A caller that gives up while the client waits has its answer at once.
func TestCancelledWait(t *testing.T) {
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
	_, err := c.AccessToken(ctx, oauth.TokenRequest{Credentials: userSecret()})
	if !errors.Is(err, reason) {
		t.Errorf("%v", err)
	}
	if err := <-woken; !errors.Is(err, context.Canceled) {
		t.Errorf("the wait ended with %v", err)
	}
	counts(t, issuer, discoveryAndToken)
}

// Without Client.Sleep a timer does the waiting. The clock of the bubble stands
// still until all wait for it.
func TestDefaultSleep(t *testing.T) {
	t.Parallel()
	busy := roundTrip(func(r *http.Request) (*http.Response, error) {
		header := http.Header{"Retry-After": {"20"}, "Content-Type": {"text/plain"}}
		return &http.Response{StatusCode: 503, Header: header, Body: http.NoBody, Request: r}, nil
	})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		c := &oauth.Client{Issuer: "https://z.example", Transport: busy, MaxRetries: 2, Jitter: longest}
		if _, err := c.Configuration(t.Context()); failed(t, err).Attempts != 3 {
			t.Errorf("%v", err)
		}
		if waited := time.Since(begin); waited != 64*time.Second {
			t.Errorf("it waited %s", waited)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		c := &oauth.Client{Issuer: "https://z.example", Transport: busy, MaxRetries: 2}
		if _, err := c.Configuration(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if waited := time.Since(begin); waited != 5*time.Second {
			t.Errorf("it waited %s", waited)
		}
	})
}
