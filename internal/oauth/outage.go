package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const readyPath = "/debug/ready"

// checkReady finds out whether the negative response a can be trusted. It returns
// the next step: finish if a proxy hides the readiness check, and otherwise
// confirm, during an outage after waiting. The error is that of an outage that
// outlasts the retries, or the cause of ctx.
func (c *Client) checkReady(ctx context.Context, q *call, a *answer) (step, error) {
	if err := c.awaitNewCredentials(ctx, q, a); err != nil {
		return finish, err
	}
	ready, problem, err := c.probe(ctx, q)
	switch {
	case err != nil:
		return finish, err
	case problem != "":
		return confirm, c.backOff(ctx, q, ready, q.outage(a, problem))
	case ready.status == http.StatusNotFound:
		q.hidden = true
		return finish, nil
	}
	q.ready = q.attempts
	return confirm, nil
}

// awaitNewCredentials waits once, for 1 to 2 s, if a rejects the credentials:
// they may have been created in the same run. ZITADEL answers from projections,
// which were measured to lag by up to 1.3 s.
func (c *Client) awaitNewCredentials(ctx context.Context, q *call, a *answer) error {
	if q.awaited || !q.rejectsCredentials(a) {
		return nil
	}
	q.awaited = true
	const lag = time.Second
	wait := lag + c.jitter(lag)
	if !q.deadline.IsZero() {
		wait = min(wait, max(q.deadline.Sub(c.now())/2, 0))
	}
	return c.sleep(ctx, wait)
}

// rejectsCredentials reports whether a negative response rejects the credentials
// of the request, and not its token, scopes or audience.
func (q *call) rejectsCredentials(a *answer) bool {
	if q.form == nil {
		return false // authorized by the token itself
	}
	code, description := a.oauthError()
	switch code {
	case "invalid_client", "unauthorized_client":
		return description != notForThisClient
	case "invalid_grant":
		return q.parameter == grantAssertion
	case "server_error": // how ZITADEL up to v4.13 rejects an assertion
		return q.parameter == grantAssertion
	case "invalid_request":
		return q.op == opToken && grantAdvice[description].likely != ""
	}
	return a.status == http.StatusUnauthorized
}

// probe requests the readiness of the server. It returns the response, if there
// is one, and the problem if the server is not ready.
func (c *Client) probe(ctx context.Context, q *call) (a *answer, problem string, err error) {
	probe := c.call(q.op, http.MethodGet, c.Issuer+readyPath)
	a, err = c.attempt(ctx, &probe)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, "", context.Cause(ctx)
	case errors.Is(err, errTooLarge):
		return &answer{status: http.StatusOK}, "", nil // something answers
	case err != nil:
		return nil, probe.redact(describe(err)), nil
	case a.status == http.StatusPreconditionFailed || a.status >= http.StatusInternalServerError:
		return a, fmt.Sprintf("status %d", a.status), nil
	}
	return a, "", nil
}

// outage is the error of a negative response during an outage. It does not repeat
// what the response says.
func (q *call) outage(a *answer, problem string) *Error {
	e := q.answered(a)
	e.Problem = fmt.Sprintf("ignored because the server is not ready (GET %s: %s)", readyPath, problem)
	e.Likely, e.Next = []string{duringOutage}, []string{tryLater}
	return e
}
