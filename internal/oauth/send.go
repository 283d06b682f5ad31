package oauth

import (
	"context"
	"net/http"
)

// step is what send does after an attempt. DESIGN.md draws the steps.
type step int

const (
	finish  step = iota // the response, or the failure, is final
	resign              // sign again by the server's clock, which the response has shown
	backOff             // the server is unavailable: wait, then repeat the request
	confirm             // the response is negative: check that the server is ready, then repeat the request
)

// send repeats a request until its response can be trusted, and returns that
// response. The error is an [*Error] that explains why there is none, or the
// cause of ctx if that is done.
//
// While its database is down, ZITADEL reports live tokens as inactive, good
// credentials as invalid, and itself as not found. So a negative response counts
// only if the server reports that it is ready and then repeats the response.
func (c *Client) send(ctx context.Context, q *call) (*answer, error) {
	for {
		if err := c.sign(ctx, q); err != nil {
			return nil, err
		}
		a, err := c.attempt(ctx, q)
		// A complete response counts even if the caller has gone: it may contain
		// a token that has to be revoked.
		if err != nil && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		next := c.next(q, a, err)
		if next == confirm {
			var problem error
			if next, problem = c.checkReady(ctx, q, a); problem != nil {
				return nil, problem
			}
		}
		switch failure := c.failure(q, a, err); next {
		case finish:
			return a, failure
		case backOff:
			if err := c.backOff(ctx, q, a, failure); err != nil {
				return nil, err
			}
		case resign:
			q.resigned = true
		case confirm: // repeat the request at once
		}
	}
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

// failure explains why a response, or the error in its place, is of no use to
// the caller. It returns nil if the caller is to read the response.
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
// instance itself, which it may do only because of an outage.
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
