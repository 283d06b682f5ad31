package zitadel

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

// guard returns the guard of req.
func (c *Client) guard(req *request) *guard {
	key := breakerKey{url: req.address()}
	g := &guard{client: c, endpoint: c.breakers.pass(key, false)}
	key.op = req.op
	if !req.credentials.None() {
		key.credentials = req.credentials.Fingerprint()
		g.identity = c.breakers.pass(key, true)
	}
	key.request = req.fingerprint()
	g.request = c.breakers.pass(key, false)
	return g
}

// admit waits until req may be sent for the first time, as far as equal requests and
// the credentials are concerned. It returns the outcome that req shares, if there is
// one, or the cause of ctx.
func (g *guard) admit(ctx context.Context, req *request) (*outcome, error) {
	for _, p := range []*pass{&g.request, &g.identity} {
		if p.breaker == nil {
			continue
		}
		if shared, err := p.enter(ctx, req, g.client.now); shared != nil || err != nil {
			return shared, err
		}
		p.leave() // only the endpoint's breaker bounds what is in flight
	}
	return nil, nil
}

// enter waits until req may be sent, and then returns nil. The caller must call leave
// when the attempt is complete.
func (p *pass) enter(ctx context.Context, req *request, now func() time.Time) (*outcome, error) {
	shared, successes, err := p.breaker.enter(ctx, req, now)
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

// rejected shares the response resp, which rejects req, with the requests that it
// concerns: those with the same credentials, or only those that are equal.
func (g *guard) rejected(req *request, resp *response) {
	g.endpoint.reset()
	// ZITADEL returns server_error for an assertion, but also for scopes whose roles it
	// cannot process (recording 16.1).
	code, _ := resp.oauthError()
	ambiguous := code == "server_error"
	if g.identity.breaker != nil && req.rejectsCredentials(resp) && !ambiguous {
		g.share(req, g.identity, &outcome{last: *req, response: resp})
		return
	}
	if g.identity.breaker != nil {
		g.identity.reset()
	}
	if rejectsParameters(resp) || ambiguous {
		g.share(req, g.request, &outcome{last: *req, response: resp})
	}
}

// unavailable opens the endpoint's breaker because req received the response resp, or none
// if resp is nil, and reports whether that confirms the failure of another request. A
// rate limit does not open the breaker.
func (g *guard) unavailable(req *request, resp *response) (confirms bool) {
	isLimit := resp != nil && resp.status == http.StatusTooManyRequests
	return !isLimit && g.endpoint.trip(req, g.client.now())
}

// failed shares the failure of req with all requests to the endpoint if it affects them
// as well. That is certain only without a connection: the content of a request can also
// cause a response such as 500, or none in time.
func (g *guard) failed(req *request, err error) {
	var failure *Error
	if errors.As(err, &failure) && failure.Unavailable {
		o := &outcome{last: *req, failure: failure}
		g.endpoint.share(req, o, g.endpoint.successes, g.client.now(), failure.unconnected)
	}
}

func (g *guard) share(req *request, p pass, o *outcome) {
	p.share(req, o, p.successes, g.client.now(), true)
}

// abandon allows another trial at each breaker at which req is still the trial.
func (g *guard) abandon(req *request) {
	for _, p := range []pass{g.endpoint, g.identity, g.request} {
		if p.breaker != nil {
			p.abandon(req)
		}
	}
}

// adopt gives req the outcome of another request: its response, or its failure,
// reported as a failure of req.
func (req *request) adopt(o *outcome) (*response, error) {
	if o.failure != nil {
		failure := *o.failure
		failure.Op, failure.Shared = req.op, true
		return nil, &failure
	}
	last := o.last
	req.attempts, req.sent, req.awaited, req.hidden = last.attempts, last.sent, last.awaited, last.hidden
	req.shared = true
	// The response may echo what the other request contained.
	req.assertion, req.secrets = last.assertion, append(req.secrets, last.secrets...)
	return o.response, nil
}

// fingerprint distinguishes req, before it is signed, from other requests to the same
// URL with the same credentials.
func (req *request) fingerprint() [sha256.Size]byte {
	return sha256.Sum256([]byte(req.authorization + "\x00" + req.form.Encode()))
}
