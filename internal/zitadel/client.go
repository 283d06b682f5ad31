// Package zitadel is a client for one ZITADEL instance. It sends requests to the endpoints of
// the instance, distinguishes an outage from a rejection, corrects clock skew, shares results
// within the process, and revokes tokens.
//
// It is not a general-purpose OAuth client. Comments describe where ZITADEL deviates from the
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

// Client sends requests to one ZITADEL instance. Its fields must be set before the first call.
// After that, a Client is safe for concurrent use, and its callers share work: one request for the
// discovery document, one token request for all callers that need the same token, and one client
// assertion for many introspections.
type Client struct {
	// Issuer is the issuer URL of the instance, as [ParseIssuer] returns it. Required.
	Issuer string
	// ConnectURL, if not nil, is the URL to connect to instead of the issuer's host.
	ConnectURL *url.URL
	// Transport sends the requests. [Transport.RoundTripper] returns a suitable value. Nil
	// means http.DefaultTransport.
	Transport http.RoundTripper
	// UserAgent, if not "", is sent with every request.
	UserAgent string

	// Redact contains strings that must not appear in errors, such as the values of headers that
	// the transport adds.
	Redact []key.Secret

	// RequestTimeout limits one attempt, including reading the response body. Zero means 30 s.
	RequestTimeout time.Duration
	// MaxRetries is the maximum number of retries of a request.
	MaxRetries int
	// AssertionLifetime is the lifetime of the assertions that the client signs
	// for its own requests. Zero means five minutes.
	AssertionLifetime time.Duration

	// Now is the local clock. Nil means the system clock.
	Now LocalClock
	// Sleep waits between attempts. Nil means a timer that stops when ctx is done.
	Sleep func(ctx context.Context, d time.Duration) error
	// Jitter returns a duration between zero and limit. Nil means a random duration.
	Jitter func(limit time.Duration) time.Duration
	// Log, if not nil, is called after every attempt.
	Log func(context.Context, Attempt)

	clock      clock
	declared   atomic.Pointer[string] // issuer in the discovery document
	accepted   sync.Map               // time of the last successful grant, by credentials fingerprint
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

// Attempt describes one HTTP request and its outcome, for logging. It contains no secrets.
type Attempt struct {
	Method, URL string // the URL has no query
	Number      int    // 1 for the first attempt
	Status      int    // 0 if there is no response
	RequestID   string
	Duration    time.Duration
	Problem     *fault.Fault // why there is no complete response, or nil
}

func (c *Client) now() time.Time { return c.Now.Now() }

func (c *Client) requestTimeout() time.Duration {
	if c.RequestTimeout == 0 {
		return 30 * time.Second
	}
	return c.RequestTimeout
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
	return rand.N(most) //nolint:gosec // jitter need not be unpredictable
}
