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
	id       string // the jti claim
	user     *ServiceUser
	scopes   []string
	audience []string
	issuer   string
	issued   time.Time
	expires  time.Time
	amr      []string
	pat      bool
}

// isFor says whether the audience names any of the IDs.
func (t *token) isFor(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(t.audience, id) })
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
	if !t.user.jwtTokens {
		return s.issuer.World.seal(t.id+":"+t.user.ID, "")
	}
	audience := t.audience
	if len(audience) == 0 {
		audience = []string{t.user.Name}
	}
	claims := map[string]any{
		"iss": t.issuer, "sub": t.user.ID, "aud": audience, "exp": t.expires.Unix(),
		"iat": t.issued.Unix(), "nbf": t.issued.Unix(), "client_id": t.user.Name, "jti": t.id,
	}
	s.addScopeClaims(claims, t)
	s.addRoles(claims, t)
	return s.issuer.World.sign(claims)
}

// idToken returns the ID token that comes with an access token.
func (s *server) idToken(t *token, access string, lifetime time.Duration) (string, error) {
	hash, err := oidc.ClaimHash(access, jose.RS256)
	if err != nil {
		return "", fmt.Errorf("hashing the access token: %w", err)
	}
	claims := map[string]any{
		"iss": t.issuer, "sub": t.user.ID, "azp": t.user.Name, "client_id": t.user.Name,
		"aud": oidc.AppendClientIDToAudience(t.user.Name, slices.Clone(t.audience)),
		"exp": t.issued.Add(lifetime).Unix(), "iat": t.issued.Unix(), "auth_time": t.issued.Unix(),
		"at_hash": hash,
	}
	if t.amr != nil {
		claims["amr"] = t.amr
	}
	s.addScopeClaims(claims, t)
	s.addRoles(claims, t)
	return s.issuer.World.sign(claims)
}

// openToken returns the valid token that an access token stands for. A JWT is
// valid only under the issuer it was issued for, an opaque token under any.
func (s *server) openToken(ctx context.Context, access string) (*token, bool) {
	id, err := s.issuer.World.unseal(access)
	if err != nil {
		if id, err = s.issuer.World.verify(access, op.IssuerFromContext(ctx)); err != nil {
			return nil, false
		}
	}
	return s.issuer.state.token(id, s.issuer.now())
}
