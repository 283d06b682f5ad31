package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// send asks until an answer stands. The error says why there is none.
//
// While its database is down ZITADEL takes live tokens for dead ones and good
// assertions for bad ones, and says so as if it were true. So an answer that
// says no is believed only if the server then says that it is ready, and says no
// once more.
func (c *Client) send(ctx context.Context, q *call) (*answer, error) {
	resigned, ready := false, 0 // the attempt before the server said that it was ready
	for {
		a, err := c.settle(ctx, q)
		if err != nil || !q.negative(a) {
			return a, err
		}
		// A wrong clock explains a refusal, and is no matter of the server's.
		if a.status != http.StatusOK && c.missigned(q) && !resigned {
			resigned = true
			continue
		}
		if ready > 0 && q.attempts == ready+1 {
			return a, nil
		}
		probe, problem, err := c.probe(ctx, *q)
		switch {
		case err != nil:
			return nil, err
		case problem != "":
			again, err := c.pause(ctx, q, probe)
			if err != nil {
				return nil, err
			}
			if !again {
				return nil, q.outage(a, problem)
			}
		case probe.status == http.StatusNotFound:
			return a, nil // a proxy hides the probe
		default:
			ready = q.attempts
		}
	}
}

// negative reports whether an answer says no to the credentials or the token of
// q. An answer that is no JSON is not ZITADEL's.
func (q *call) negative(a *answer) bool {
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

const readyPath = "/debug/ready"

// probe asks whether the server is ready to answer q. It returns why it is not,
// with the answer, if there was one.
func (c *Client) probe(ctx context.Context, q call) (a *answer, problem string, err error) {
	probe := c.call(q.op, http.MethodGet, c.Issuer+readyPath)
	probe.attempts = 1
	a, err = c.attempt(ctx, probe)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, "", context.Cause(ctx)
	case errors.Is(err, errTooLarge):
		return &answer{status: http.StatusOK}, "", nil // so something is up
	case err != nil:
		return nil, probe.redact(describe(err)), nil
	case a.status == http.StatusPreconditionFailed || a.status >= http.StatusInternalServerError:
		return a, fmt.Sprintf("status %d", a.status), nil
	}
	return a, "", nil
}

// outage is the error of an answer that does not count, since the server is not
// ready. It does not repeat what the answer says.
func (q call) outage(a *answer, problem string) *Error {
	e := q.answered(a)
	e.Problem = fmt.Sprintf("which does not count, since the server is not ready (GET %s: %s)", readyPath, problem)
	e.Likely, e.Next = []string{duringOutage}, []string{tryLater}
	return e
}
