package oauth

import (
	"context"
	"net/http"
)

// step is what send does after an attempt. DESIGN.md draws the steps.
type step int

const (
	finish  step = iota // the response, or the failure, is final
	resign              // sign again with the server's clock, which the response shows
	backOff             // the server is unavailable: wait, then repeat the request
	confirm             // the response is negative: check that the server is ready, then repeat the request
)

// send repeats a request until its response can be trusted, and returns that
// response. The error is an [*Error] that explains why there is none, or the
// cause of ctx if that is done.
//
// While its database is down, ZITADEL reports live tokens as inactive and valid
// credentials as invalid, or returns 404 for every request. So a negative response
// counts only if the server reports that it is ready and then repeats the response.
//
// Requests that would meet the same rejection or outage share it: see [guard].
func (c *Client) send(ctx context.Context, q *call) (*answer, error) {
	g := c.guard(q)
	defer g.end(q)
	if shared, err := g.begin(ctx, q); err != nil {
		return nil, err
	} else if shared != nil {
		return q.adopt(shared)
	}
	for {
		if shared, err := g.endpoint.enter(ctx, q, c.now); err != nil {
			return nil, err
		} else if shared != nil {
			return q.adopt(shared)
		}
		v, err := c.assess(ctx, q)
		// The breaker opens before others may take the place of q.
		confirms := v.next == backOff && g.unavailable(q, v.response)
		g.endpoint.leave()
		switch {
		case err != nil:
			return nil, err
		case confirms:
			err = v.failure
		case v.next == backOff:
			err = c.backOff(ctx, q, v)
		case v.next == resign:
			q.resigned = true
		case v.next == finish && v.failure == nil:
			return c.settle(g, q, v.response), nil
		case v.next == finish:
			err = v.failure
		}
		if err != nil {
			g.failed(q, err)
			return nil, err
		}
	}
}

// verdict is the outcome of an attempt: the next step, the response, which is nil if
// there is none, and why the caller cannot use the response.
type verdict struct {
	next     step
	response *answer
	failure  error
}

// assess makes one attempt when the server allows it, and returns the verdict. The
// error is the cause of ctx, or that of an assertion that cannot be signed.
func (c *Client) assess(ctx context.Context, q *call) (verdict, error) {
	if err := c.pace.await(ctx, c, q); err != nil {
		return verdict{}, err
	}
	if err := c.sign(ctx, q); err != nil {
		return verdict{}, err
	}
	a, err := c.attempt(ctx, q)
	// A complete response counts even if the caller has gone: it may contain a
	// token that has to be revoked.
	if err != nil && ctx.Err() != nil {
		return verdict{}, context.Cause(ctx)
	}
	next := c.next(q, a, err)
	if next == confirm {
		return c.checkReady(ctx, q, a)
	}
	return verdict{next, a, c.failure(q, a, err)}, nil
}

// settle records a final response for other requests, and returns it.
func (c *Client) settle(g *guard, q *call, a *answer) *answer {
	if a.status != http.StatusOK && q.negative(a) {
		g.rejected(q, a)
		return a
	}
	c.budget.refund()
	g.accepted()
	return a
}

// next returns the step after an attempt that gave the response a, or err.
func (c *Client) next(q *call, a *answer, err error) step {
	switch {
	case err != nil && permanent(err):
		return finish
	case err != nil || transient(q, a):
		return backOff
	case c.clockIsWrong(a) || !q.negative(a):
		return finish
	case a.status != http.StatusOK && !q.resigned && c.signedByAnotherClock(q):
		return resign
	case q.ready > 0 && q.attempts == q.ready+1:
		return finish // confirmed
	}
	return confirm
}

// failure explains why the caller cannot use a response, or the error in its place.
// It returns nil if the caller should read the response.
func (c *Client) failure(q *call, a *answer, err error) error {
	switch {
	case err != nil:
		return q.unreachable(err, c.requestTimeout(), c.ConnectURL)
	case transient(q, a):
		return q.unavailable(a)
	case c.clockIsWrong(a):
		return q.clockWrong(c.Skew())
	case a.status >= 300 && a.status < 400:
		return q.redirected(a)
	case a.unknownHost():
		return q.unknownInstance(a)
	case a.status == http.StatusNotFound:
		return q.notFound(a)
	}
	return nil
}

// negative reports whether a response rejects the credentials, the token or the
// instance itself, possibly only because of an outage.
func (q *call) negative(a *answer) bool {
	if a.status == http.StatusNotFound {
		// ZITADEL up to v4.13 answers every request with 404 while its database is
		// down. It needs no database to know that a host name is unknown.
		return !a.unknownHost()
	}
	if q.form == nil && q.authorization == "" || !a.isJSON() {
		return false
	}
	switch a.status {
	case http.StatusOK:
		return q.denied != nil && q.denied(a)
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return a.status >= http.StatusInternalServerError
}
