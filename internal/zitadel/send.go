package zitadel

import (
	"context"
	"net/http"
)

// step is what send does after an attempt. DESIGN.md contains a diagram of the steps.
type step int

const (
	finish    step = iota // the response, or the failure, is final
	signAgain             // sign the assertion again, because the response shows clock skew
	backOff               // the server is unavailable: wait, then repeat the request
	confirm               // the response is negative: check that the server is ready, then repeat the request
)

// send repeats a request until the response can be trusted, and returns that response. The error is
// an [*Error] that describes why there is no such response, the cause of ctx if ctx is done, or an
// error from signing an assertion.
//
// While its database is down, ZITADEL reports live tokens as inactive and valid credentials as
// invalid, or returns 404 for every request. Therefore, a negative response counts only if the
// server reports that it is ready and then rejects the request in the same way again.
//
// Requests that would receive the same rejection, or would fail because of the same outage, share
// the outcome. See [guard].
func (c *Client) send(ctx context.Context, req *request) (*response, error) {
	g := c.guard(req)
	defer g.abandon()
	if shared, err := g.admit(ctx); err != nil {
		return nil, err
	} else if shared != nil {
		return req.adopt(shared)
	}
	for {
		if shared, err := g.enter(ctx, g.endpoint); err != nil {
			return nil, err
		} else if shared != nil {
			return req.adopt(shared)
		}
		v, err := c.assess(ctx, req)
		// Open the breaker before leave admits another request.
		confirms := v.next == backOff && g.unavailable(v.response)
		g.endpoint.leave()
		switch {
		case err != nil:
			return nil, err
		case confirms:
			err = v.failure
		case v.next == backOff:
			err = c.backOff(ctx, req, v)
		case v.next == signAgain:
			req.signedAgain = true
		case v.next == finish && v.failure == nil:
			return c.settle(g, req, v.response), nil
		case v.next == finish:
			err = v.failure
		}
		if err != nil {
			g.failed(err)
			return nil, err
		}
	}
}

// verdict is the outcome of an attempt.
type verdict struct {
	next     step
	response *response // nil if there is none
	failure  error     // why the caller cannot use the response; nil if the caller can
}

// assess waits until the next attempt is allowed, makes it, and returns the verdict. The error
// is the cause of ctx, or an error from signing an assertion.
func (c *Client) assess(ctx context.Context, req *request) (verdict, error) {
	if err := c.pace.await(ctx, c, req); err != nil {
		return verdict{}, err
	}
	if err := c.sign(ctx, req); err != nil {
		return verdict{}, err
	}
	resp, err := c.attempt(ctx, req)
	// A complete response is used even if the caller no longer waits for it, because it might
	// contain a token that must be revoked.
	if err != nil && ctx.Err() != nil {
		return verdict{}, context.Cause(ctx)
	}
	if err == nil {
		req.last = resp
	}
	v := c.judge(req, resp, err)
	if v.next == confirm {
		return c.confirm(ctx, req, resp)
	}
	return v, nil
}

// settle records the final response of req in the breakers and the budget, and returns it.
func (c *Client) settle(g *guard, req *request, resp *response) *response {
	if resp.status != http.StatusOK && req.negative(resp) {
		g.rejected(resp)
		return resp
	}
	c.budget.refund()
	g.accepted()
	return resp
}

// judge returns the verdict on an attempt that returned the response resp or the error err.
func (c *Client) judge(req *request, resp *response, err error) verdict {
	skew := c.Skew() // read once: another response can change it at any time
	switch {
	case err != nil && permanent(err):
		return verdict{finish, resp, req.unreachableError(resp, err, c.requestTimeout(), c.ConnectURL)}
	case err != nil:
		return verdict{backOff, resp, req.unreachableError(resp, err, c.requestTimeout(), c.ConnectURL)}
	case transient(req, resp):
		return verdict{backOff, resp, req.unavailableError(resp)}
	case clockIsWrong(req, resp, skew):
		return verdict{finish, resp, req.clockError(resp, skew)}
	case !req.negative(resp):
		return verdict{finish, resp, c.unusable(req, resp)}
	case resp.status != http.StatusOK && !req.signedAgain && c.signedWithOldSkew(req):
		return verdict{next: signAgain, response: resp}
	case req.confirms(resp):
		return verdict{finish, resp, c.unusable(req, resp)}
	case req.confirmations >= maxConfirmations:
		return verdict{backOff, resp, req.inconsistentError(resp)}
	}
	return verdict{next: confirm, response: resp}
}

// unusable returns an error that describes why the caller cannot use the final response resp, or
// nil if the caller should read it.
func (c *Client) unusable(req *request, resp *response) error {
	switch {
	case resp.isRedirect():
		return req.redirectError(resp)
	case resp.requiresTLS():
		return req.schemeError(resp, c.ConnectURL)
	case resp.unknownHost():
		return req.unknownInstanceError(resp)
	case resp.status == http.StatusNotFound:
		return req.notFoundError(resp)
	case resp.status > http.StatusInternalServerError && !resp.isJSON():
		return req.unavailableError(resp)
	}
	return nil
}

// confirms records the kind of the negative response resp and reports whether resp is final: the
// server was ready before it sent resp, and the previous negative response was of the same kind.
func (req *request) confirms(resp *response) bool {
	kind := resp.kind()
	isSame := req.rejection == kind
	req.rejection = kind
	isChecked := req.ready > 0 && req.attempts == req.ready+1
	return isChecked && isSame
}

// maxConfirmations is the number of readiness checks after which a server that keeps rejecting the
// request in different ways counts as unavailable.
const maxConfirmations = 3

// inconsistentError returns the error for a server that keeps rejecting the request in different
// ways. The error contains no OAuth error, because none of them is reliable.
func (req *request) inconsistentError(resp *response) *Error {
	e := req.newError(resp, req.fault("server-unavailable", "media_type", resp.mediaType()))
	e.Unavailable = true
	return e
}

// negative reports whether a response rejects the credentials, the token or the instance of req. An
// outage might be the cause.
func (req *request) negative(resp *response) bool {
	if resp.status == http.StatusNotFound {
		// ZITADEL up to v4.13 returns 404 for every request while its database is down. The
		// response to a request for an unknown host does not depend on the database.
		return !resp.unknownHost()
	}
	if req.form == nil && req.authorization == "" || !resp.isJSON() {
		return false
	}
	switch resp.status {
	case http.StatusOK:
		return req.denied != nil && req.denied(resp)
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return resp.status >= http.StatusInternalServerError
}
