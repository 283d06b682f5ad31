package optest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// tokenResponse is a response from the token endpoint. ZITADEL omits the granted scopes.
type tokenResponse struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	IDToken     string `json:"id_token,omitempty"`
}

// JWTProfile issues tokens to a service user in exchange for an assertion that the user has
// signed.
func (s *server) JWTProfile(
	ctx context.Context, r *op.Request[oidc.JWTProfileGrantRequest],
) (*op.Response, error) {
	claims, err := s.issuer.verifyAssertion(r.Data.Assertion, op.IssuerFromContext(ctx))
	if err != nil {
		return nil, s.issuer.currentRelease().invalidAssertion(err)
	}
	user := s.issuer.World.userByID(claims.Issuer)
	if user == nil { // the key belongs to an application
		return nil, s.issuer.currentRelease().invalidAssertion(nil)
	}
	return s.grant(ctx, grantRequest{user: user, scopes: r.Data.Scope})
}

// ClientCredentialsExchange issues tokens to a service user that VerifyClient has
// authenticated.
func (s *server) ClientCredentialsExchange(
	ctx context.Context, r *op.ClientRequest[oidc.ClientCredentialsRequest],
) (*op.Response, error) {
	client, ok := r.Client.(*userClient)
	if !ok {
		return nil, oidc.ErrInvalidClient().WithDescription("client not found")
	}
	return s.grant(ctx, grantRequest{
		user: client.user, scopes: r.Data.Scope, amr: []string{"pwd"},
		idTokenLifetime: s.issuer.currentRelease().idTokenLifetime(),
	})
}

// grantRequest is an authenticated user's request for tokens.
type grantRequest struct {
	user   *ServiceUser
	scopes []string
	// amr contains the authentication methods.
	amr []string
	// idTokenLifetime is the lifetime of the ID token. It is zero for the jwt-bearer grant
	// and, in older releases, for the client_credentials grant, so these ID tokens have
	// already expired when they are issued.
	idTokenLifetime time.Duration
}

// grant issues an access token and, if the scopes include openid, an ID token.
func (s *server) grant(ctx context.Context, r grantRequest) (*op.Response, error) {
	scopes, err := s.allowScopes(r.user, r.scopes)
	if err != nil {
		return nil, err
	}
	if !s.issuer.state.active(r.user) {
		return nil, oidc.ErrInvalidRequest().WithDescription("Errors.User.NotActive")
	}
	if s.issuer.state.unreadableRoles(r.user) {
		return nil, internalError(nil)
	}
	lifetime := time.Duration(s.issuer.tokenLifetime.Load())
	now := s.issuer.Now()
	t := &token{
		id: newTokenID(), user: r.user, scopes: scopes, audience: s.issuer.World.audience(scopes),
		issuer: op.IssuerFromContext(ctx), issued: now, expires: now.Add(lifetime), amr: r.amr,
	}
	access, err := s.encodeAccessToken(t)
	if err != nil {
		return nil, fmt.Errorf("creating an access token: %w", err)
	}
	response := tokenResponse{
		AccessToken: access,
		TokenType:   oidc.BearerToken,
		ExpiresIn:   expiresIn(lifetime),
	}
	if slices.Contains(scopes, oidc.ScopeOpenID) {
		if response.IDToken, err = s.idToken(t, access, r.idTokenLifetime); err != nil {
			return nil, fmt.Errorf("creating an ID token: %w", err)
		}
	}
	s.issuer.state.addToken(t)
	return op.NewResponse(response), nil
}

// expiresIn returns the expires_in value for a token with the given lifetime. ZITADEL computes
// the value just after it issues the token, and rounds down, so a lifetime of whole seconds loses
// one second. Subtracting a nanosecond has the same effect.
func expiresIn(lifetime time.Duration) int64 {
	return int64((lifetime - time.Nanosecond) / time.Second)
}
