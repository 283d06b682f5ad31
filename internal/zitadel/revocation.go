package zitadel

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// notForThisClient is the error description with which ZITADEL refuses to revoke a token whose
// audience does not contain the client.
const notForThisClient = "token was not issued for this client"

const (
	opRevoke = "revoke token"
	// maxRevocation limits the duration of a revocation, including its retries. After an
	// interrupt, it limits the total duration of all revocations.
	maxRevocation = 5 * time.Second
	// gracePeriod is how long a token request is allowed to continue after an interrupt. If the
	// request were canceled at once, the server could still issue the token, and a token that never
	// arrives cannot be revoked.
	gracePeriod = 700 * time.Millisecond
)

// CheckRevoker returns a fault for credentials with which a revocation is certain to fail, such as
// a service account key or an expired key.
func (c *Client) CheckRevoker(revoker Credentials) error {
	if problem := revoker.problem(opRevoke, c.ServerTime(), []key.Type{key.Application}); problem != nil {
		return problem
	}
	return nil
}

// HoldToken is like AccessToken, but the token is revoked once ReleaseToken has been called for it
// as often as HoldToken has returned it. The revocation uses revoker, the credentials of an OIDC
// application. Identical requests with the same revoker share one token, which AccessToken never
// returns. After Interrupt, HoldToken fails with context.Canceled.
//
// ZITADEL allows an application to revoke a token only if the token's audience contains the
// application's client ID, so HoldToken adds the [token.ProjectScope] of this client ID to the
// scopes.
func (c *Client) HoldToken(ctx context.Context, params TokenRequest, revoker Credentials) (*Token, error) {
	if err := params.Credentials.check(opToken, c.ServerTime(), key.ServiceAccount); err != nil {
		return nil, err
	}
	params.Scopes = append(slices.Clone(params.Scopes), token.ProjectScope(revoker.subject()))
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	id := revocableKey{params.key(), revoker.Fingerprint()}
	usable := func(t *Token) bool { return c.isShareable(t, params.MinValidity) }
	r, isNew, err := c.revocables.join(id, revoker, usable)
	if err != nil {
		return nil, err
	}
	if isNew {
		go c.fetch(context.WithoutCancel(ctx), r, params.Credentials)
	}
	issued, err := c.revocables.await(ctx, r)
	if err != nil {
		if last := c.revocables.leave(r, c.now()); last != nil {
			go c.revoke(context.WithoutCancel(ctx), last) //nolint:errcheck // RevokeHeld returns the error
		}
		return nil, err
	}
	return issued, nil
}

// fetch requests the token of r. If no holder waits for the token, or if it cannot be used, fetch
// revokes it.
func (c *Client) fetch(ctx context.Context, r *revocable, credentials Credentials) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-r.ready:
			time.AfterFunc(gracePeriod, cancel)
		case <-ctx.Done():
		}
	}()
	issued, err := c.grantRevocable(ctx, credentials, r.key.scopes)
	if late := c.revocables.arrive(r, issued, err, c.now()); late != nil {
		_ = c.revoke(context.WithoutCancel(ctx), late) // RevokeHeld returns the error
	}
}

// grantRevocable requests an access token. It fails if the instance has no revocation endpoint.
func (c *Client) grantRevocable(ctx context.Context, credentials Credentials, scopes string) (*Token, error) {
	if _, err := c.endpoint(ctx, opToken, "revocation_endpoint"); err != nil {
		return nil, err
	}
	return c.grant(ctx, credentials, scopes)
}

// ReleaseToken undoes one call to HoldToken. If the token has no other holder, ReleaseToken revokes
// it within 5 s, even if ctx is canceled. The error describes why the revocation failed.
// ReleaseToken ignores a token that is not held, because its revocation has already begun.
func (c *Client) ReleaseToken(ctx context.Context, access key.Secret) error {
	if last := c.revocables.release(access, c.now()); last != nil {
		return c.revoke(context.WithoutCancel(ctx), last)
	}
	return nil
}

// Interrupt makes HoldToken fail from now on. It does not revoke held tokens, so operations that
// use them can continue. A token that has been requested is revoked if it arrives within 700 ms.
// Otherwise, its request is canceled.
func (c *Client) Interrupt() { c.revocables.interrupt(c.now()) }

// RevokeHeld calls Interrupt, revokes all held tokens, and waits at most limit for all
// revocations, including those that other calls began. The error describes why tokens were
// not revoked.
func (c *Client) RevokeHeld(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, c.revocationTimeout(limit))
	defer cancel()
	c.Interrupt()
	revoke, all := c.revocables.takeHeld(c.now(), limit)
	for _, r := range revoke {
		go c.revoke(ctx, r) //nolint:errcheck // wait returns the error
	}
	failures := make([]error, len(all))
	for n, r := range all {
		failures[n] = c.revocables.wait(ctx, r)
	}
	return errors.Join(failures...)
}

// revoke revokes the token of r and records the outcome.
func (c *Client) revoke(ctx context.Context, r *revocable) error {
	err := c.requestRevocation(ctx, r)
	c.revocables.finish(r, err, c.now())
	return err
}

// revocationTimeout returns the error for a revocation that took longer than limit, or that was
// not sent because limit is not positive.
func (c *Client) revocationTimeout(limit time.Duration) *Error {
	problem := fault.New("revocation-timeout", "limit", limit.Round(time.Millisecond))
	if limit <= 0 {
		problem = fault.New("revocation-not-sent", "limit", maxRevocation)
	}
	return &Error{Op: opRevoke, Method: http.MethodPost, URL: c.Issuer, Problem: problem}
}

// revocationTimeout returns the error for a revocation that received no response within limit, or
// that could not be sent within limit because other requests had to finish first.
func (req *request) revocationTimeout(limit time.Duration) *Error {
	if req.attempts == 0 {
		return req.newError(nil, fault.New("revocation-delayed", "limit", limit.Round(time.Millisecond)))
	}
	return req.newError(nil, fault.New("revocation-timeout", "limit", limit.Round(time.Millisecond)))
}

// requestRevocation revokes a token (RFC 7009) within r.limit.
func (c *Client) requestRevocation(ctx context.Context, r *revocable) error {
	timeout := c.revocationTimeout(r.limit)
	if r.limit <= 0 {
		return timeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, r.limit, timeout)
	defer cancel()
	endpoint, err := c.endpoint(ctx, opRevoke, "revocation_endpoint")
	if err != nil {
		return err
	}
	subject := r.token.AccessToken.Reveal()
	req := c.newRequest(opRevoke, http.MethodPost, endpoint, append(r.revoker.secrets(), subject)...)
	req.form = url.Values{"token": {subject}}
	req.authenticate(r.revoker)
	req.deadline = c.now().Add(r.limit)
	resp, err := c.send(ctx, &req)
	switch {
	case fault.Is(err, "revocation-timeout"):
		return req.revocationTimeout(r.limit)
	case err != nil:
		return err
	}
	code, _ := resp.oauthError()
	switch isOK := resp.status == http.StatusOK && code == ""; {
	case isOK && (len(resp.body) == 0 || resp.isJSON()):
		return nil
	case isOK:
		return req.malformedError(resp, revocationDocument, nil)
	}
	e := req.rejectionError(resp)
	explainRevocation(e, &req)
	return e
}

// explainRevocation adds the likely causes of a rejection by the revocation endpoint.
func explainRevocation(e *Error, req *request) {
	switch {
	case e.Description == notForThisClient:
		e.because("revoker-not-in-audience")
	case e.Description == "no active client not found":
		e.because("revoker-inactive")
	case e.Code == "invalid_client" || e.Code == "unauthorized_client":
		e.because("revoker-secret-wrong")
	default:
		e.explainUnknown()
	}
	e.explainNew(req)
}
