package oauth

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// A revocable token is held by all that asked for the same, and ends when the
// last of them lets it go.

// revocable is a token with those that hold it.
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

// revocables are the revocable tokens of a client. The zero value is ready.
type revocables struct {
	shared memo[revocableKey, *revocable]
	mu     sync.Mutex // guards what is in the tokens
	alive  map[[sha256.Size]byte]*revocable
}

const opRevoke = "revoke token"

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
	if err := revoker.unusable(opRevoke, c.ServerTime(), key.Application); err != nil {
		return nil, err
	}
	request.Scopes = append(slices.Clone(request.Scopes), "urn:zitadel:iam:org:project:id:"+revoker.subject()+":aud")
	id := revocableKey{request.key(), revoker.fingerprint()}
	for {
		held, err := c.revocables.shared.get(ctx, id,
			func(r *revocable) bool { return !c.revocables.hasEnded(r) && c.lives(r.Token, request.MinValidity) },
			func(ctx context.Context) (*revocable, error) { return c.newRevocable(ctx, request, revoker) })
		if err != nil {
			return nil, err
		}
		if c.revocables.hold(held) {
			return held.Token, nil
		}
	}
}

func (c *Client) newRevocable(ctx context.Context, request TokenRequest, revoker Credentials) (*revocable, error) {
	token, err := c.grant(ctx, request.Credentials, request.key().scopes)
	if err != nil {
		return nil, err
	}
	r := &revocable{Token: token, revoker: revoker}
	c.revocables.mu.Lock()
	defer c.revocables.mu.Unlock()
	if c.revocables.alive == nil {
		c.revocables.alive = map[[sha256.Size]byte]*revocable{}
	}
	c.revocables.alive[token.AccessToken.Fingerprint()] = r
	return r, nil
}

func (rs *revocables) hasEnded(r *revocable) bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return r.ended
}

// hold adds a holder, unless the token has ended meanwhile.
func (rs *revocables) hold(r *revocable) bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if !r.ended {
		r.holders++
	}
	return !r.ended
}

// release takes a holder away. It returns the token if it is to be revoked:
// the last holder has gone, or all are told to go. From then on nobody gets it.
func (rs *revocables) release(token key.Secret) *revocable {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r := rs.alive[token.Fingerprint()]
	if r == nil {
		return nil
	}
	if r.holders--; r.holders > 0 {
		return nil
	}
	rs.end(r)
	return r
}

func (rs *revocables) end(r *revocable) {
	r.ended = true
	delete(rs.alive, r.AccessToken.Fingerprint())
}

// ReleaseToken lets a token go that HoldToken gave, and revokes it if nobody
// else holds it. A token that is not held (any more) is no error: it has been
// revoked already.
func (c *Client) ReleaseToken(ctx context.Context, token key.Secret) error {
	r := c.revocables.release(token)
	if r == nil {
		return nil
	}
	return c.revoke(ctx, r)
}

// RevokeHeld revokes all tokens that are still held, at once.
func (c *Client) RevokeHeld(ctx context.Context) error {
	c.revocables.mu.Lock()
	var all []*revocable
	for _, r := range c.revocables.alive {
		all = append(all, r)
		c.revocables.end(r)
	}
	c.revocables.mu.Unlock()

	failed := make([]error, len(all))
	var group sync.WaitGroup
	for i, r := range all {
		group.Go(func() { failed[i] = c.revoke(ctx, r) })
	}
	group.Wait()
	return errors.Join(failed...)
}

// RevocationTimeout bounds a revocation with all its attempts: it happens while
// somebody waits for the run to end.
const RevocationTimeout = 5 * time.Second

// revoke ends a token (RFC 7009), also when ctx has been cancelled: a run that
// is interrupted is a run that ends.
func (c *Client) revoke(ctx context.Context, r *revocable) error {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), RevocationTimeout,
		&Error{Op: opRevoke, Method: http.MethodPost, URL: c.Issuer, Problem: "no answer within 5s"})
	defer cancel()
	endpoint, err := c.endpoint(ctx, opRevoke, "revocation_endpoint", func(d *Configuration) string { return d.RevocationEndpoint })
	if err != nil {
		return err
	}
	q := call{op: opRevoke, method: http.MethodPost, url: endpoint, form: url.Values{"token": {r.AccessToken.Reveal()}}}
	q.secrets = append(r.revoker.secrets(), r.AccessToken.Reveal())
	a, _, err := c.sendAsClient(ctx, &q, r.revoker)
	if err != nil {
		return err
	}
	if a.status == http.StatusOK {
		return nil
	}
	e := q.refusal(a)
	switch e.Description {
	case "token was not issued for this client":
		e.Likely = append(e.Likely, "The token's audience lacks the client id of revoke_with, or this is not the application that it names.")
	case "no active client not found":
		e.Likely = append(e.Likely, "The client of revoke_with is not an active OIDC application: API applications and service accounts cannot revoke.")
	default:
		e.Likely = append(e.Likely, "The secret or key of revoke_with is not one of this OIDC application.")
	}
	e.Next = append(e.Next, "Set revoke_with to the key, or to the client id and secret, of an active OIDC application.")
	return e
}
