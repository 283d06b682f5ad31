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

// notForThisClient is the description of the rejection of a token whose audience
// does not contain the client that revokes.
const notForThisClient = "token was not issued for this client"

const (
	opRevoke = "revoke token"
	// maxRevocation bounds a revocation including its retries. After an interrupt
	// it bounds the time that all revocations take together.
	maxRevocation = 5 * time.Second
	// gracePeriod is the time for which a token request may continue after an interrupt.
	// If it were canceled at once, the server could still issue the token, and a token
	// that never arrived cannot be revoked.
	gracePeriod = 700 * time.Millisecond
)

// CheckRevoker returns a fault for credentials that are certain not to revoke a token:
// the key of a service account, or an expired key.
func (c *Client) CheckRevoker(revoker Credentials) error {
	if problem := revoker.problem(opRevoke, c.ServerTime(), []key.Type{key.Application}); problem != nil {
		return problem
	}
	return nil
}

// HoldToken is like AccessToken, but revoker, an OIDC application, revokes the token
// when ReleaseToken has been called for it as often as HoldToken has returned it.
// Equal requests with an equal revoker share one token; AccessToken never returns it.
// After Interrupt, HoldToken fails with context.Canceled.
//
// ZITADEL allows an application to revoke a token only if the token's audience contains
// the application's client ID, so HoldToken requests that with [token.ProjectScope].
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

// fetch requests the token of r. It revokes the token if no holder may receive it.
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

// grantRevocable requests an access token, unless the instance cannot revoke it.
func (c *Client) grantRevocable(ctx context.Context, credentials Credentials, scopes string) (*Token, error) {
	if _, err := c.revocationEndpoint(ctx, opToken); err != nil {
		return nil, err
	}
	return c.grant(ctx, credentials, scopes)
}

// ReleaseToken undoes one call of HoldToken. If it was the last one for the token,
// ReleaseToken revokes the token within 5 s, even if ctx is canceled, and returns why
// that failed. It ignores a token that is not held, because it was revoked before.
func (c *Client) ReleaseToken(ctx context.Context, access key.Secret) error {
	if last := c.revocables.release(access, c.now()); last != nil {
		return c.revoke(context.WithoutCancel(ctx), last)
	}
	return nil
}

// Interrupt makes HoldToken fail from now on, and revokes nothing: operations
// that use a token may continue. A token that is requested is revoked if it
// arrives within a short time; after that, its request is canceled.
func (c *Client) Interrupt() { c.revocables.interrupt(c.now()) }

// RevokeHeld calls Interrupt, revokes all tokens that are held, and waits for all
// revocations, including those of other calls, for at most limit. The error describes why
// tokens were not revoked.
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

// revoke revokes a token and marks it as revoked or failed.
func (c *Client) revoke(ctx context.Context, r *revocable) error {
	err := c.requestRevocation(ctx, r)
	c.revocables.finish(r, err, c.now())
	return err
}

// revocationTimeout returns the error of a revocation that took longer than limit.
func (c *Client) revocationTimeout(limit time.Duration) *Error {
	problem := fault.New("revocation-timeout", "limit", limit.Round(time.Millisecond))
	if limit <= 0 {
		problem = fault.New("revocation-not-sent", "limit", maxRevocation)
	}
	return &Error{Op: opRevoke, Method: http.MethodPost, URL: c.Issuer, Problem: problem}
}

// revocationEndpoint returns the URL of the revocation endpoint.
func (c *Client) revocationEndpoint(ctx context.Context, op string) (string, error) {
	return c.endpoint(ctx, op, "revocation_endpoint", func(d *Configuration) string { return d.RevocationEndpoint })
}

// requestRevocation revokes a token (RFC 7009) within r.limit.
func (c *Client) requestRevocation(ctx context.Context, r *revocable) error {
	timeout := c.revocationTimeout(r.limit)
	if r.limit <= 0 {
		return timeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, r.limit, timeout)
	defer cancel()
	endpoint, err := c.revocationEndpoint(ctx, opRevoke)
	if err != nil {
		return err
	}
	subject := r.token.AccessToken.Reveal()
	req := c.newRequest(opRevoke, http.MethodPost, endpoint, append(r.revoker.secrets(), subject)...)
	req.form = url.Values{"token": {subject}}
	req.authenticate(r.revoker)
	req.deadline = c.now().Add(r.limit)
	resp, err := c.send(ctx, &req)
	if err != nil {
		return err
	}
	if resp.status == http.StatusOK && (len(resp.body) == 0 || resp.isJSON()) {
		return nil
	}
	if resp.status == http.StatusOK {
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
