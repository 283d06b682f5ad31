package oauth

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"sync"
	"time"
)

// guard contains the breakers that a request passes before it is sent: one for equal
// requests, one for its credentials at the endpoint, and one for the endpoint. The
// breaker of credentials is open at first, so that a single request shows whether
// they are accepted.
type guard struct {
	client   *Client
	request  pass // of equal requests
	identity pass // of the credentials; empty without
	endpoint pass
}

// pass is the use of a breaker by one request.
type pass struct {
	*breaker
	successes int // of others, when the request was first let through
	entered   bool
}

// breakerKey identifies a breaker: that of an endpoint by its URL alone, that of
// credentials also by the operation and their fingerprint, and that of a request by all
// fields. Credentials that may get a token may still be rejected for a token exchange.
type breakerKey struct {
	url, op              string
	credentials, request [sha256.Size]byte
}

// breakers are the breakers of a client. The zero value is ready.
type breakers struct {
	mu    sync.Mutex
	byKey map[breakerKey]*breaker
}

func (bs *breakers) pass(key breakerKey, open bool) pass {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if bs.byKey == nil {
		bs.byKey = map[breakerKey]*breaker{}
	}
	b := bs.byKey[key]
	if b == nil {
		b = &breaker{open: open}
		bs.byKey[key] = b
	}
	return pass{breaker: b}
}

// guard returns the guard of q.
func (c *Client) guard(q *call) *guard {
	key := breakerKey{url: q.address()}
	g := &guard{client: c, endpoint: c.breakers.pass(key, false)}
	key.op = q.op
	if !q.signer.None() {
		key.credentials = q.signer.Fingerprint()
		g.identity = c.breakers.pass(key, true)
	}
	key.request = q.fingerprint()
	g.request = c.breakers.pass(key, false)
	return g
}

// begin waits until q may be sent for the first time, as far as equal requests and
// the credentials are concerned. It returns the outcome that q shares, if there is
// one, or the cause of ctx.
func (g *guard) begin(ctx context.Context, q *call) (*outcome, error) {
	for _, p := range []*pass{&g.request, &g.identity} {
		if p.breaker == nil {
			continue
		}
		if shared, err := p.enter(ctx, q, g.client.now); shared != nil || err != nil {
			return shared, err
		}
		p.leave() // only the endpoint's breaker bounds what is in flight
	}
	return nil, nil
}

// enter waits until q may be sent, and then returns nil. The caller must call leave
// when the attempt is complete.
func (p *pass) enter(ctx context.Context, q *call, now func() time.Time) (*outcome, error) {
	shared, successes, err := p.breaker.enter(ctx, q, now)
	if !p.entered {
		p.successes, p.entered = successes, true
	}
	return shared, err
}

// accepted closes the breakers: the endpoint works, and has accepted the request.
func (g *guard) accepted() {
	for _, p := range []pass{g.endpoint, g.identity, g.request} {
		if p.breaker != nil {
			p.reset()
		}
	}
}

// rejected shares the response a, which rejects q, with the requests that it
// concerns: those with the same credentials, or only those that are equal.
func (g *guard) rejected(q *call, a *answer) {
	g.endpoint.reset()
	// ZITADEL returns server_error for an assertion, but also for scopes whose roles it
	// cannot process (recording 16.1).
	code, _ := a.oauthError()
	ambiguous := code == "server_error"
	if g.identity.breaker != nil && q.rejectsCredentials(a) && !ambiguous {
		g.share(q, g.identity, &outcome{last: *q, response: a})
		return
	}
	if g.identity.breaker != nil {
		g.identity.reset()
	}
	if rejectsParameters(a) || ambiguous {
		g.share(q, g.request, &outcome{last: *q, response: a})
	}
}

// unavailable opens the endpoint's breaker because q met the response a, nil if
// there was none, and reports whether that confirms the failure of another request. A
// rate limit does not open the breaker.
func (g *guard) unavailable(q *call, a *answer) (confirms bool) {
	isLimit := a != nil && a.status == http.StatusTooManyRequests
	return !isLimit && g.endpoint.trip(q, g.client.now())
}

// failed shares the failure of q with all requests to the endpoint if it affects them,
// too. That is certain only without a connection: the content of a request can also
// cause a response such as 500, or none in time.
func (g *guard) failed(q *call, err error) {
	var failure *Error
	if errors.As(err, &failure) && failure.Unavailable {
		g.endpoint.share(q, &outcome{last: *q, failure: failure}, g.endpoint.successes, g.client.now(), failure.unconnected)
	}
}

func (g *guard) share(q *call, p pass, o *outcome) {
	p.share(q, o, p.successes, g.client.now(), true)
}

// end allows another trial at each breaker whose trial is still q.
func (g *guard) end(q *call) {
	for _, p := range []pass{g.endpoint, g.identity, g.request} {
		if p.breaker != nil {
			p.abandon(q)
		}
	}
}

// adopt gives q the outcome of another request: its response, or its failure,
// reported as a failure of q.
func (q *call) adopt(o *outcome) (*answer, error) {
	if o.failure != nil {
		failure := *o.failure
		failure.Op, failure.Shared = q.op, true
		return nil, &failure
	}
	last := o.last
	q.attempts, q.sent, q.awaited, q.hidden, q.shared = last.attempts, last.sent, last.awaited, last.hidden, true
	// The response may echo what the other request contained.
	q.assertion, q.secrets = last.assertion, append(q.secrets, last.secrets...)
	return o.response, nil
}

// fingerprint distinguishes q, before it is signed, from other requests to the same
// URL with the same credentials.
func (q *call) fingerprint() [sha256.Size]byte {
	return sha256.Sum256([]byte(q.authorization + "\x00" + q.form.Encode()))
}
