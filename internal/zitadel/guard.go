package zitadel

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// guard contains the breakers that a request passes before it is sent: one for identical requests,
// one for requests with the same credentials and operation, and one for the endpoint. The breaker
// for the credentials is initially open, so that a single request shows whether they are accepted.
// It is initially closed if the request has a deadline, which leaves no time to wait for another
// request.
type guard struct {
	req      *request
	now      LocalClock
	request  *pass // for identical requests
	identity *pass // for the credentials; nil if there are none
	endpoint *pass
}

// pass is one request's use of a breaker.
type pass struct {
	*breaker
	successes int // number of requests that had succeeded when this request first entered
	entered   bool
}

// breakerKey identifies a breaker. The breaker for an endpoint is identified by its URL alone. The
// breaker for credentials is also identified by the operation and the fingerprint of the
// credentials, because credentials that are accepted for an access token might be rejected for a
// token exchange. The breaker for identical requests is identified by all fields.
type breakerKey struct {
	url, op              string
	credentials, request [sha256.Size]byte
}

// breakers contains a client's breakers. The zero value is ready to use.
type breakers struct {
	mu    sync.Mutex
	byKey map[breakerKey]*breaker
}

func (bs *breakers) pass(key breakerKey, open bool) *pass {
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
	return &pass{breaker: b}
}

// guard returns the guard for req.
func (c *Client) guard(req *request) *guard {
	key := breakerKey{url: req.address()}
	g := &guard{req: req, now: c.now, endpoint: c.breakers.pass(key, false)}
	key.op = req.op
	if !req.credentials.None() {
		key.credentials = req.credentials.Fingerprint()
		g.identity = c.breakers.pass(key, req.deadline.IsZero())
	}
	key.request = req.fingerprint()
	g.request = c.breakers.pass(key, false)
	return g
}

// passes returns the uses of the breakers, in the order in which the request passes them.
func (g *guard) passes() []*pass {
	if g.identity == nil {
		return []*pass{g.request, g.endpoint}
	}
	return []*pass{g.request, g.identity, g.endpoint}
}

// admit waits until the breakers for identical requests and for the credentials allow the first
// attempt. If the request shares another request's outcome, admit returns that outcome. The error
// is the cause of ctx.
func (g *guard) admit(ctx context.Context) (*outcome, error) {
	for _, p := range g.passes() {
		if p == g.endpoint {
			break
		}
		if shared, err := g.enter(ctx, p); shared != nil || err != nil {
			return shared, err
		}
		p.leave() // only the endpoint's breaker limits the requests in flight
	}
	return nil, nil
}

// enter waits until the breaker of p allows an attempt, and then returns nil. The caller must call
// leave when the attempt is complete. If the request shares another request's outcome, enter
// returns that outcome instead. The error is the cause of ctx.
func (g *guard) enter(ctx context.Context, p *pass) (*outcome, error) {
	shared, successes, err := p.enter(ctx, g.req, g.now)
	if !p.entered {
		p.successes, p.entered = successes, true
	}
	return shared, err
}

// accepted closes all breakers, because the endpoint has accepted the request.
func (g *guard) accepted() {
	for _, p := range g.passes() {
		p.reset()
	}
}

// rejected shares resp, which rejects the request, with the requests that would also be rejected:
// those with the same credentials and operation, or only identical requests.
func (g *guard) rejected(resp *response) {
	g.endpoint.reset()
	// ZITADEL returns server_error for an invalid assertion, but also for scopes whose roles it
	// cannot process (exchange 16.1 in internal/optest/testdata/recordings-v4.13.1.jsonl).
	code, _ := resp.oauthError()
	ambiguous := code == "server_error"
	if g.identity != nil && g.req.rejectsCredentials(resp) && !ambiguous {
		g.share(g.identity, &outcome{last: *g.req, response: resp})
		return
	}
	if g.identity != nil {
		g.identity.reset()
	}
	if rejectsParameters(resp) || ambiguous {
		g.share(g.request, &outcome{last: *g.req, response: resp})
	}
}

// unavailable opens the endpoint's breaker after a failed attempt, and reports whether this failure
// confirms the failure of another request. resp is the response, or nil if there was none. A rate
// limit does not open the breaker.
func (g *guard) unavailable(resp *response) (confirms bool) {
	isLimit := resp != nil && resp.status == http.StatusTooManyRequests
	return !isLimit && g.endpoint.trip(g.req, g.now())
}

// failed shares err, the failure of the request, with all requests to the endpoint if it might
// affect them as well. It is certain to affect them if no connection could be established.
// Otherwise, for example after a 500 or a timeout, the content of this request might be the cause.
//
// A failure that affects only this request does not show whether the credentials are accepted, so
// requests with the same credentials stop waiting for the result of this one.
func (g *guard) failed(err error) {
	var failure *Error
	if !errors.As(err, &failure) {
		return
	}
	isMissing := failure.Status == http.StatusNotFound
	if failure.Unavailable || isMissing || fault.Is(failure, "redirect") {
		o := &outcome{last: *g.req, failure: failure}
		g.endpoint.share(g.req, o, g.endpoint.successes, g.now(), failure.unconnected)
	} else if g.identity != nil {
		g.identity.reset()
	}
}

func (g *guard) share(p *pass, o *outcome) {
	p.share(g.req, o, p.successes, g.now(), true)
}

// abandon lets another request become the trial at each breaker where this request still is the
// trial.
func (g *guard) abandon() {
	for _, p := range g.passes() {
		p.abandon(g.req)
	}
}

// adopt gives req the outcome of another request. It returns the shared response, or the shared
// failure as a failure of req.
func (req *request) adopt(o *outcome) (*response, error) {
	if o.failure != nil {
		failure := *o.failure
		failure.Op, failure.Shared = req.op, true
		return nil, &failure
	}
	last := o.last
	req.attempts, req.sent, req.awaited, req.hidden = last.attempts, last.sent, last.awaited, last.hidden
	req.shared = true
	// The response might repeat the other request's secrets.
	req.assertion, req.secrets = last.assertion, append(req.secrets, last.secrets...)
	return o.response, nil
}

// fingerprint returns a hash that distinguishes req from other requests to the same URL with
// the same credentials. It must be called before req is signed.
func (req *request) fingerprint() [sha256.Size]byte {
	return sha256.Sum256([]byte(req.authorization + "\x00" + req.form.Encode()))
}
