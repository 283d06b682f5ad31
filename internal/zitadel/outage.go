package zitadel

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

const readyPath = "/debug/ready"

// confirm checks whether the server is ready, after the server has sent the negative response resp.
// If it is ready, the verdict is to repeat the request. If the readiness check reports an outage,
// the verdict is to back off. If a proxy hides the readiness check, the verdict is to finish. The
// error is the cause of ctx.
func (c *Client) confirm(ctx context.Context, req *request, resp *response) (verdict, error) {
	if err := c.awaitNewCredentials(ctx, req, resp); err != nil {
		return verdict{}, err
	}
	r, err := c.freshReadiness(ctx, req)
	switch {
	case err != nil:
		return verdict{}, err
	case !r.isReady():
		return verdict{backOff, r.response, req.outageError(resp, r.problem)}, nil
	case r.response.status == http.StatusNotFound:
		req.hidden = true
		return verdict{finish, resp, c.unusable(req, resp)}, nil
	}
	req.ready = req.attempts
	req.confirmations++
	return verdict{next: confirm}, nil
}

// awaitNewCredentials waits for 1 to 2 s the first time that the credentials are rejected, or for
// less if the deadline is near. The credentials might have been created moments ago, and ZITADEL
// authenticates clients with projections of its events, for which a lag of up to 1.3 s was
// measured.
func (c *Client) awaitNewCredentials(ctx context.Context, req *request, resp *response) error {
	if req.awaited || !req.rejectsCredentials(resp) {
		return nil
	}
	req.awaited = true
	const lag = time.Second
	wait := lag + c.jitter(lag)
	if !req.deadline.IsZero() {
		wait = min(wait, max(req.deadline.Sub(c.now())/2, 0))
	}
	return c.sleep(ctx, wait)
}

// rejectsCredentials reports whether a negative response rejects the credentials of the
// request, rather than its token, scopes or audience.
func (req *request) rejectsCredentials(resp *response) bool {
	if req.form == nil {
		return false // the token itself authorizes the request
	}
	code, description := resp.oauthError()
	switch code {
	case "invalid_client", "unauthorized_client":
		return description != notForThisClient
	case "invalid_grant":
		return req.op == opToken
	case "server_error": // how ZITADEL up to v4.13 rejects an assertion
		return req.parameter == grantAssertion
	case "invalid_request":
		return req.op == opToken && grantCauses[description] != ""
	}
	return resp.status == http.StatusUnauthorized && code != ""
}

// rejectsParameters reports whether a negative response rejects the scopes, the audience or a token
// of the request. After any other rejection, the same request might succeed at any time, for
// example after a change to the instance's policies.
func rejectsParameters(resp *response) bool {
	code, description := resp.oauthError()
	switch code {
	case "invalid_scope", "invalid_target", "access_denied":
		return true
	}
	return description == "subject_token invalid" || description == "actor_token invalid"
}

// readiness is the outcome of one readiness check.
type readiness struct {
	response *response    // nil if there is no response
	problem  *fault.Fault // why the server is not ready; nil if it is
}

func (r readiness) isReady() bool { return r.problem == nil }

// freshReadiness returns the outcome of a readiness check that begins after this call.
// Requests that wait at the same time share one check.
func (c *Client) freshReadiness(ctx context.Context, req *request) (readiness, error) {
	last := c.checks.last()
	fresh := func(_ readiness, number int64) bool { return number > last }
	return c.checks.get(ctx, struct{}{}, fresh, func(ctx context.Context) (readiness, error) {
		return c.checkReadiness(ctx, c.newRequest(req.op, http.MethodGet, c.Issuer+readyPath))
	})
}

func (c *Client) checkReadiness(ctx context.Context, check request) (readiness, error) {
	resp, err := c.attempt(ctx, &check)
	r := readiness{response: resp}
	switch {
	case err != nil && ctx.Err() != nil:
		return r, context.Cause(ctx)
	case errors.Is(err, errTooLarge):
		r.response = &response{status: http.StatusOK} // the server responded, so treat it as ready
	case err != nil:
		r.response, r.problem = nil, check.connectionFault(err, c.requestTimeout(), c.ConnectURL)
	case resp.status == http.StatusPreconditionFailed || resp.status >= http.StatusInternalServerError:
		r.problem = fault.New("status", "status", resp.status)
	}
	return r, nil
}

// outageError returns the error for a negative response during an outage. problem describes why the
// server is not ready. The error contains the status and the request ID of the negative response,
// but not its OAuth error.
func (req *request) outageError(resp *response, problem *fault.Fault) *Error {
	e := req.newError(resp, fault.New("server-not-ready", "path", readyPath, "reason", problem))
	e.Unavailable = true
	return e
}
