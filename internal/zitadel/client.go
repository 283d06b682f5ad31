// Package zitadel is the client of one ZITADEL instance. It sends requests to the
// instance's endpoints, distinguishes an outage from a rejection, follows the server's clock,
// shares results within the process, and revokes tokens.
//
// It is not a general OAuth client: comments describe where ZITADEL differs from the
// standards.
package zitadel

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Client sends requests to one ZITADEL instance. Set its fields before the first call;
// it is then safe for concurrent use and shares work between callers: one discovery,
// one request for equal tokens, one client assertion for many introspections.
type Client struct {
	// Issuer is the issuer URL of the instance, as [ParseIssuer] returns it. Required.
	Issuer string
	// ConnectURL is the URL to connect to instead of the issuer's own host, or nil.
	ConnectURL *url.URL
	// Transport sends the requests; [Transport.RoundTripper] makes one.
	// http.DefaultTransport if nil.
	Transport http.RoundTripper
	// UserAgent is sent with every request, if not "".
	UserAgent string

	// Redact contains texts that no error may contain, such as values of headers
	// that the transport adds.
	Redact []key.Secret

	// RequestTimeout bounds one attempt including the response body. 30 s if zero.
	RequestTimeout time.Duration
	// MaxRetries is the maximum number of retries of a request.
	MaxRetries int
	// AssertionLifetime is the lifetime of the assertions that the client signs
	// for its own requests. Five minutes if zero.
	AssertionLifetime time.Duration

	// Now is the local clock. The system clock if nil.
	Now LocalClock
	// Sleep waits between two attempts. If it is nil, a timer is used, which stops when
	// ctx is done.
	Sleep func(ctx context.Context, d time.Duration) error
	// Jitter returns a wait from zero to most. A random one if nil.
	Jitter func(most time.Duration) time.Duration
	// Log is called after every attempt, unless it is nil.
	Log func(context.Context, Attempt)

	clock      clock
	declared   atomic.Pointer[string] // issuer of the discovery document
	accepted   sync.Map               // when a grant succeeded last, by the fingerprint of its credentials
	breakers   breakers
	budget     budget
	pace       pace
	checks     cache[struct{}, readiness]
	discovery  cache[struct{}, *Configuration]
	tokens     cache[tokenKey, *Token]
	revocables revocables
	keySets    cache[struct{}, *fetchedKeySet]
	assertions cache[[sha256.Size]byte, *signedAssertion]
}

// Attempt is one HTTP request and its outcome, as far as a log may contain it.
type Attempt struct {
	Method, URL string // without query
	Number      int    // 1 for the first
	Status      int    // 0 without a response
	RequestID   string
	Duration    time.Duration
	Problem     *fault.Fault // why there is no response, or nil
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
