// Package oauth speaks with a ZITADEL issuer: discovery, the token endpoint and
// the introspection endpoint.
//
// It knows ZITADEL's own ways where they differ from the standards, and what it
// does about them is said beside the code that does it.
package oauth

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Client asks one ZITADEL instance. Set its fields before the first call; it is
// then safe for concurrent use and shares work between callers: one discovery,
// one request for equal tokens, one client assertion for many introspections.
type Client struct {
	// Issuer is the instance, as [ParseIssuer] returns it. Required.
	Issuer string
	// ConnectURL is where to connect if that is not the issuer's own host.
	ConnectURL *url.URL
	// Transport sends the requests; [Transport.RoundTripper] makes one.
	// http.DefaultTransport if nil.
	Transport http.RoundTripper
	// UserAgent is sent with every request, if not "".
	UserAgent string

	// Redact are texts that no message may repeat, such as values of headers
	// that the transport adds.
	Redact []key.Secret

	// RequestTimeout bounds one attempt, body included. 30 s if zero.
	RequestTimeout time.Duration
	// MaxRetries is how many further attempts a request gets. None if zero.
	MaxRetries int
	// AssertionLifetime is the lifetime of the assertions that the client signs
	// for its own requests. Five minutes if zero.
	AssertionLifetime time.Duration

	// Now is the local clock. The system clock if nil.
	Now LocalClock
	// Sleep waits between two attempts. If nil, a timer that ends with ctx.
	Sleep func(ctx context.Context, d time.Duration) error
	// Jitter picks a wait from zero to most. At random if nil.
	Jitter func(most time.Duration) time.Duration
	// Log is told of every attempt when it has ended. Optional.
	Log func(context.Context, Attempt)

	clock      clock
	breakers   breakers
	budget     budget
	pace       pace
	checks     cache[struct{}, readiness]
	discovery  cache[struct{}, *Configuration]
	tokens     cache[tokenKey, *Token]
	revocables revocables
	keySets    cache[struct{}, *KeySet]
	assertions cache[[sha256.Size]byte, *signedAssertion]
}

// Attempt is one HTTP request and how it ended: what a log may hold of it.
type Attempt struct {
	Method, URL string // without query
	Number      int    // 1 for the first
	Status      int    // 0 without an answer
	RequestID   string
	Duration    time.Duration
	Problem     string // why there was no answer
}

func (c *Client) now() time.Time { return c.Now.Now() }

func (c *Client) requestTimeout() time.Duration {
	if c.RequestTimeout == 0 {
		return 30 * time.Second
	}
	return c.RequestTimeout
}

func (c *Client) assertionLifetime() time.Duration {
	if c.AssertionLifetime == 0 {
		return 5 * time.Minute
	}
	return c.AssertionLifetime
}

func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	if c.Sleep != nil {
		return c.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Client) jitter(most time.Duration) time.Duration {
	if c.Jitter != nil {
		return c.Jitter(most)
	}
	if most <= 0 {
		return 0
	}
	return rand.N(most) //nolint:gosec // jitter need not be secret
}
