package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const readyPath = "/debug/ready"

// checkReady determines whether the negative response a can be trusted. The next step
// is to confirm it if the server is ready, to back off if the readiness check reports
// an outage, and to finish if a proxy hides the readiness check. The error is the
// cause of ctx.
func (c *Client) checkReady(ctx context.Context, q *call, a *answer) (verdict, error) {
	if err := c.awaitNewCredentials(ctx, q, a); err != nil {
		return verdict{}, err
	}
	r, err := c.readiness(ctx, q)
	switch {
	case err != nil:
		return verdict{}, err
	case r.problem != "":
		return verdict{backOff, r.response, q.outage(a, r.problem)}, nil
	case r.response.status == http.StatusNotFound:
		q.hidden = true
		return verdict{finish, a, c.failure(q, a, nil)}, nil
	}
	q.ready = q.attempts
	return verdict{next: confirm}, nil
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
		return q.op == opToken
	case "server_error": // how ZITADEL up to v4.13 rejects an assertion
		return q.parameter == grantAssertion
	case "invalid_request":
		return q.op == opToken && grantAdvice[description].likely != ""
	}
	return a.status == http.StatusUnauthorized
}

// rejectsParameters reports whether a negative response rejects the scopes, the
// audience or a token of the request. Other rejections, such as one by a policy of
// the instance, can be lifted at any time.
func rejectsParameters(a *answer) bool {
	code, description := a.oauthError()
	switch code {
	case "invalid_scope", "invalid_target", "access_denied":
		return true
	}
	return description == "subject_token invalid" || description == "actor_token invalid"
}

// readiness is the outcome of one readiness check.
type readiness struct {
	response *answer // nil if there is none
	problem  string  // why the server is not ready; "" if it is
}

// readiness returns the outcome of a readiness check that began after this call.
// Requests that wait at the same time share one.
func (c *Client) readiness(ctx context.Context, q *call) (readiness, error) {
	last := c.checks.last()
	fresh := func(_ readiness, number int64) bool { return number > last }
	return c.checks.get(ctx, struct{}{}, fresh, func(ctx context.Context) (readiness, error) {
		return c.checkReadiness(ctx, c.call(q.op, http.MethodGet, c.Issuer+readyPath))
	})
}

func (c *Client) checkReadiness(ctx context.Context, check call) (readiness, error) {
	a, err := c.attempt(ctx, &check)
	r := readiness{response: a}
	switch {
	case err != nil && ctx.Err() != nil:
		return r, context.Cause(ctx)
	case errors.Is(err, errTooLarge):
		r.response = &answer{status: http.StatusOK} // some server responds
	case err != nil:
		r.response, r.problem = nil, check.redact(describe(err))
	case a.status == http.StatusPreconditionFailed || a.status >= http.StatusInternalServerError:
		r.problem = fmt.Sprintf("status %d", a.status)
	}
	return r, nil
}

// outage is the error of a negative response during an outage. It does not contain
// the negative response.
func (q *call) outage(a *answer, problem string) *Error {
	e := q.answered(a)
	e.Problem = fmt.Sprintf("ignored because the server is not ready (GET %s: %s)", readyPath, problem)
	e.Likely, e.Next, e.Unavailable = []string{duringOutage}, []string{tryLater}, true
	return e
}
