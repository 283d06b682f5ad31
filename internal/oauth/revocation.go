package oauth

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// revocable is a token with those that hold it. It ends when the last of them
// lets it go.
type revocable struct {
	*Token
	revoker Credentials
	holders int
	ended   bool
}

type revocableKey struct {
	tokenKey
	revoker [sha256.Size]byte
}

// notForThisClient is the description of the rejection of a token whose audience
// does not contain the client that revokes.
const notForThisClient = "token was not issued for this client"

const (
	opRevoke = "revoke token"
	// revocationTimeout bounds a revocation with all its attempts: it happens
	// while somebody waits for the run to end.
	revocationTimeout = 5 * time.Second
	// landing is how long an interrupted run, which is to end within a second,
	// waits for tokens that it has asked for and not got yet.
	landing = 700 * time.Millisecond
)

// CheckRevoker returns an error for credentials that can be seen not to revoke:
// the key of a service account, or one that has ended.
func (c *Client) CheckRevoker(revoker Credentials) error {
	return revoker.unusable(opRevoke, c.ServerTime(), key.Application)
}

// HoldToken is AccessToken for a token that revoker, an OIDC application, will
// revoke when as many calls of ReleaseToken have let it go. Equal requests with
// an equal revoker share one token; AccessToken never does.
//
// ZITADEL lets an application revoke only tokens that have its client id in
// their audience, so that is asked for with the scope of a project's id.
func (c *Client) HoldToken(ctx context.Context, request TokenRequest, revoker Credentials) (*Token, error) {
	if err := request.Credentials.unusable(opToken, c.ServerTime(), key.ServiceAccount); err != nil {
		return nil, err
	}
	c.revocables.init()
	request.Scopes = append(slices.Clone(request.Scopes), "urn:zitadel:iam:org:project:id:"+revoker.subject()+":aud")
	id := revocableKey{request.key(), revoker.Fingerprint()}
	usable := func(r *revocable) bool { return !c.revocables.hasEnded(r) && c.lives(r.Token, request.MinValidity) }
	for {
		held, err := c.revocables.shared.get(ctx, id, usable, func(ctx context.Context) (*revocable, error) {
			return c.newRevocable(ctx, request.Credentials, id.scopes, revoker)
		})
		if err != nil {
			return nil, err
		}
		if c.revocables.hold(held) {
			return held.Token, nil
		}
	}
}

// newRevocable gets a token. If the run was interrupted meanwhile, the token is
// revoked before anybody has it.
func (c *Client) newRevocable(ctx context.Context, credentials Credentials, scopes string, revoker Credentials) (*revocable, error) {
	ctx, landed, err := c.revocables.takeOff(ctx)
	if err != nil {
		return nil, err
	}
	defer landed()
	token, err := c.grant(ctx, credentials, scopes)
	if err != nil {
		return nil, err
	}
	r := &revocable{Token: token, revoker: revoker}
	if !c.revocables.add(r) {
		c.revocables.remember(r, c.revoke(c.revocables.stopping, r))
		return nil, context.Canceled
	}
	return r, nil
}

// ReleaseToken lets a token go that HoldToken gave, and revokes it if nobody
// else holds it, within 5 s. A token that is not held any more is no error if it
// has been revoked; if that has failed, the error is that failure's.
func (c *Client) ReleaseToken(ctx context.Context, token key.Secret) error {
	r, failure := c.revocables.release(token)
	if r == nil {
		return failure
	}
	return c.revoke(ctx, r)
}

// RevokeHeld revokes all tokens that are held or on their way, within 5 s, and
// lets nobody hold one from then on.
func (c *Client) RevokeHeld(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeLeft(ctx))
	defer cancel()
	var group sync.WaitGroup
	for _, r := range c.revocables.stop(ctx) {
		group.Go(func() { c.revocables.remember(r, c.revoke(ctx, r)) })
	}
	late := time.AfterFunc(landing, c.revocables.giveUp)
	defer late.Stop()
	group.Wait()
	c.revocables.wait(ctx)
	return c.revocables.failures()
}

// revoke ends a token (RFC 7009), also when ctx has been cancelled: a run that
// is interrupted is a run that ends.
func (c *Client) revoke(ctx context.Context, r *revocable) error {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), timeLeft(ctx),
		&Error{Op: opRevoke, Method: http.MethodPost, URL: c.Issuer, Problem: "no answer within " + revocationTimeout.String()})
	defer cancel()
	endpoint, err := c.endpoint(ctx, opRevoke, "revocation_endpoint", func(d *Configuration) string { return d.RevocationEndpoint })
	if err != nil {
		return err
	}
	q := c.call(opRevoke, http.MethodPost, endpoint, append(r.revoker.secrets(), r.AccessToken.Reveal())...)
	q.form = url.Values{"token": {r.AccessToken.Reveal()}}
	q.authenticate(r.revoker)
	q.deadline = c.now().Add(timeLeft(ctx))
	a, err := c.send(ctx, &q)
	if err != nil {
		return err
	}
	if a.status == http.StatusOK && (len(a.body) == 0 || a.isJSON()) {
		return nil
	}
	if a.status == http.StatusOK {
		return q.malformed(a, "not a revocation answer"+a.kind())
	}
	e := q.refusal(a)
	explainRevocation(e)
	return e
}

// timeLeft is the time that a revocation may take, all in all.
func timeLeft(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return min(revocationTimeout, time.Until(deadline))
	}
	return revocationTimeout
}

func explainRevocation(e *Error) {
	const next = "Set revoke_with to the key, or to the client id and secret, of an active OIDC application."
	switch {
	case e.Description == notForThisClient:
		e.Likely, e.Next = append(e.Likely, "The token's audience lacks the client id of revoke_with, or this is not the application that it names."), append(e.Next, next)
	case e.Description == "no active client not found":
		e.Likely, e.Next = append(e.Likely, "The client of revoke_with is not an active OIDC application: API applications and service accounts cannot revoke."), append(e.Next, next)
	case e.Code == "invalid_client" || e.Code == "unauthorized_client":
		e.Likely, e.Next = append(e.Likely, "The secret or key of revoke_with is not one of this OIDC application."), append(e.Next, next)
	default:
		e.explainUnknown()
	}
}
