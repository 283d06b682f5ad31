package oauth_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Exponential backoff with full jitter: each wait has an upper bound and is
// random below it.
func TestBackoff(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Fail(optest.Token, 100, optest.Fault{Status: 503})
	var w waits
	c := newClient(t, issuer.URL)
	c.Jitter, c.MaxRetries, c.Sleep = nil, 70, w.sleep // far more than a 64 bit shift can take
	_ = failed(t, calls[optest.Token](t, c))
	if len(w.asked) != 70 {
		t.Fatalf("%d waits", len(w.asked))
	}
	bound, different := time.Second, map[time.Duration]bool{}
	for n, wait := range w.asked {
		if wait < 0 || wait >= bound {
			t.Errorf("wait %d is %s, want it under %s", n+1, wait, bound)
		}
		different[wait] = true
		bound = min(2*bound, 30*time.Second)
	}
	if len(different) < 60 {
		t.Errorf("only %d different waits of 70", len(different))
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
		if waited := time.Since(begin); waited != 43*time.Second {
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
