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

// token is an issued access token or a personal access token.
type token struct {
	id   string // the jti claim
	user *ServiceUser
	// application and actor are set only for a token from a token exchange. application is the
	// client that requested the token, and actor, if not nil, is the party that acts for the
	// user.
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

// hasAudience reports whether the audience includes any of the IDs.
func (t *token) hasAudience(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(t.audience, id) })
}

// clientID returns the ID of the client that requested the token. A personal access
// token has no client.
func (t *token) clientID() string {
	switch {
	case t.application != nil:
		return t.application.ClientID
	case t.pat:
		return ""
	}
	return t.user.Name
}

// newPAT returns the user's personal access token in the form in which it is stored.
func newPAT(w *World, u *ServiceUser) *token {
	return &token{
		id: u.patID, user: u, pat: true, issued: w.created, expires: defaultExpiration(),
		scopes: []string{oidc.ScopeOpenID, oidc.ScopeProfile, scopeMetadata, scopeResourceOwner},
	}
}

// newTokenID returns a token ID in ZITADEL's format, which contains a session ID.
func newTokenID() string { return "V2_" + newID() + "-at_" + newID() }

// newID returns a random 18-digit number.
func newID() string {
	n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000_000_000))
	if err != nil {
		panic(fmt.Sprintf("optest: generating an ID: %v", err)) // see generateKey
	}
	return fmt.Sprint(n.Int64() + 100_000_000_000_000_000)
}

// encodeAccessToken encodes the token in the format that is configured for its user: as a JWT,
// or in the default format.
func (s *server) encodeAccessToken(t *token) (string, error) {
	if t.user.jwtTokens {
		return s.jwtToken(t)
	}
	return s.defaultToken(t)
}

// defaultToken encodes the token in the default format: as an opaque token or, after a call to
// [Issuer.NextGeneration], as a JWT.
func (s *server) defaultToken(t *token) (string, error) {
	if s.issuer.nextGeneration.Load() {
		return s.jwtToken(t)
	}
	return s.opaqueToken(t)
}

// opaqueToken encodes the token as an opaque token, which only the server can decrypt.
func (s *server) opaqueToken(t *token) (string, error) {
	text := t.id + ":" + t.user.ID
	if !s.issuer.currentRelease().encryptsToJWE() {
		opaque := s.issuer.World.encryptCTR(text)
		s.issuer.traffic.reportSecret("access token", opaque)
		return opaque, nil
	}
	opaque, err := s.issuer.World.encryptJWE(text, "")
	s.issuer.traffic.reportSecret("access token", opaque)
	return opaque, err
}

// jwtToken encodes the token as a JWT.
func (s *server) jwtToken(t *token) (string, error) {
	audience := t.audience
	if len(audience) == 0 {
		audience = []string{t.clientID()}
	}
	claims := map[string]any{
		"iss": t.issuer, "sub": t.user.ID, "aud": audience, "exp": t.expires.Unix(),
		"iat": t.issued.Unix(), "nbf": t.issued.Unix(), "jti": t.id,
	}
	if s.issuer.currentRelease().identifiesClients() {
		claims["client_id"] = t.clientID()
	}
	t.addActor(claims)
	s.addScopeClaims(claims, t)
	s.addTokenRoles(claims, t)
	signed, err := s.issuer.keys.sign(claims)
	s.issuer.traffic.reportSecret("access token", signed)
	return signed, err
}

// idToken returns an ID token for the user of t. If access is not empty, the ID token includes
// the hash of that access token.
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
	s.addTokenRoles(claims, t)
	signed, err := s.issuer.keys.sign(claims)
	s.issuer.traffic.reportSecret("ID token", signed)
	return signed, err
}

// validToken returns the issued token that the given access token encodes, if it is valid. A
// JWT is valid only for the issuer in its claims. An opaque token is valid for any issuer.
func (s *server) validToken(ctx context.Context, access string) (*token, bool) {
	if s.issuer.cacheOnly() {
		return nil, false
	}
	id, err := s.issuer.World.decrypt(access)
	if err != nil {
		if id, err = s.issuer.keys.verify(access, op.IssuerFromContext(ctx)); err != nil {
			return nil, false
		}
	}
	return s.issuer.state.token(id, s.issuer.Now())
}
