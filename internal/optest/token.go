package optest

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// token is an access token the server has issued, or a personal access token.
type token struct {
	id   string // the jti claim
	user *ServiceUser
	// application is who exchanged another token for this one, if it came about
	// that way, and actor is who acts for the user then, if anybody.
	application *Application
	actor       *actor
	scopes      []string
	audience    []string
	issuer      string
	issued      time.Time
	expires     time.Time
	amr         []string
	pat         bool
}

// isFor says whether the audience names any of the IDs.
func (t *token) isFor(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(t.audience, id) })
}

// clientID returns as whom the token was asked for. A personal access token has
// no client.
func (t *token) clientID() string {
	switch {
	case t.application != nil:
		return t.application.ClientID
	case t.pat:
		return ""
	}
	return t.user.Name
}

// newPAT returns the user's personal access token as the server knows it.
func newPAT(w *World, u *ServiceUser) *token {
	return &token{
		id: u.patID, user: u, pat: true, issued: w.created, expires: farFuture(),
		scopes: []string{oidc.ScopeOpenID, oidc.ScopeProfile, scopeMetadata, scopeResourceOwner},
	}
}

// newTokenID returns an ID that names a session and a token of it, in the shape
// of ZITADEL's.
func newTokenID() string { return "V2_" + newID() + "-at_" + newID() }

// newID returns a random number of 18 digits.
func newID() string {
	n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000_000_000))
	if err != nil {
		panic(fmt.Sprintf("optest: making an ID: %v", err)) // see generateKey
	}
	return fmt.Sprint(n.Int64() + 100_000_000_000_000_000)
}

// sealAccessToken returns the token as the user is to have it: a JWT or opaque.
func (s *server) sealAccessToken(t *token) (string, error) {
	if t.user.jwtTokens {
		return s.jwtToken(t)
	}
	return s.opaqueToken(t)
}

// opaqueToken returns the token in a form that only the server can read.
func (s *server) opaqueToken(t *token) (string, error) {
	sealed, err := s.issuer.World.seal(t.id+":"+t.user.ID, "")
	s.issuer.traffic.tell("access token", sealed)
	return sealed, err
}

// jwtToken returns the token as a JWT.
func (s *server) jwtToken(t *token) (string, error) {
	audience := t.audience
	if len(audience) == 0 {
		audience = []string{t.clientID()}
	}
	claims := map[string]any{
		"iss": t.issuer, "sub": t.user.ID, "aud": audience, "exp": t.expires.Unix(),
		"iat": t.issued.Unix(), "nbf": t.issued.Unix(), "client_id": t.clientID(), "jti": t.id,
	}
	t.addActor(claims)
	s.addScopeClaims(claims, t)
	s.addRoles(claims, t)
	signed, err := s.issuer.keys.sign(claims)
	s.issuer.traffic.tell("access token", signed)
	return signed, err
}

// idToken returns an ID token: one that comes with an access token, or without
// access one that is alone.
func (s *server) idToken(t *token, access string, lifetime time.Duration) (string, error) {
	claims := map[string]any{
		"iss": t.issuer, "sub": t.user.ID, "azp": t.clientID(), "client_id": t.clientID(),
		"aud": oidc.AppendClientIDToAudience(t.clientID(), slices.Clone(t.audience)),
		"exp": t.issued.Add(lifetime).Unix(), "iat": t.issued.Unix(),
	}
	if access != "" {
		hash, err := oidc.ClaimHash(access, jose.RS256)
		if err != nil {
			return "", fmt.Errorf("hashing the access token: %w", err)
		}
		claims["at_hash"] = hash
	}
	t.addAuthentication(claims)
	t.addActor(claims)
	s.addScopeClaims(claims, t)
	s.addRoles(claims, t)
	signed, err := s.issuer.keys.sign(claims)
	s.issuer.traffic.tell("id token", signed)
	return signed, err
}

// openToken returns the valid token that an access token stands for. A JWT is
// valid only under the issuer it was issued for, an opaque token under any.
func (s *server) openToken(ctx context.Context, access string) (*token, bool) {
	if s.issuer.forgetful() {
		return nil, false
	}
	id, err := s.issuer.World.unseal(access)
	if err != nil {
		if id, err = s.issuer.keys.verify(access, op.IssuerFromContext(ctx)); err != nil {
			return nil, false
		}
	}
	return s.issuer.state.token(id, s.issuer.Now())
}
