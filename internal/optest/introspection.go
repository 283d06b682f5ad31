package optest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Introspect reports whether a token is valid for the requesting application, and
// returns its claims.
func (s *server) Introspect(
	ctx context.Context, r *op.Request[op.IntrospectionRequest],
) (*op.Response, error) {
	if s.issuer.cacheOnly() {
		return inactive(), nil
	}
	application, err := s.authenticateApplication(ctx, r.Data.ClientCredentials)
	if errors.Is(err, errUnparsable) {
		// ZITADEL does not reject the client, but reports the token as inactive.
		return inactive(), nil
	}
	if err != nil {
		return nil, s.clientError(err)
	}
	t, ok := s.tokenForApplication(ctx, r.Data.Token, application)
	if !ok {
		return inactive(), nil
	}
	return op.NewResponse(s.introspection(ctx, t, application)), nil
}

// inactive returns the response for a token that is not valid.
func inactive() *op.Response { return op.NewResponse(map[string]bool{"active": false}) }

// authenticateApplication authenticates the requesting application with its assertion if
// the request contains one, and with its secret otherwise.
func (s *server) authenticateApplication(
	ctx context.Context, credentials *op.ClientCredentials,
) (*Application, error) {
	if credentials.ClientAssertion == "" {
		application := s.issuer.World.application(credentials.ClientID)
		if application == nil || s.issuer.justCreated() || !sameSecret(application.Secret, credentials.ClientSecret) {
			return nil, errors.New("wrong client ID or secret")
		}
		return application, nil
	}
	claims, err := s.issuer.verifyAssertion(credentials.ClientAssertion, op.IssuerFromContext(ctx))
	if err != nil {
		return nil, err
	}
	application := s.issuer.World.application(claims.Issuer)
	if application == nil { // the key belongs to a service user
		return nil, errors.New("unknown application")
	}
	return application, nil
}

// clientError returns the response to a client with invalid credentials.
func (s *server) clientError(err error) error {
	if s.issuer.documentedErrors.Load() {
		return op.NewStatusError(oidc.ErrInvalidClient().WithParent(err), http.StatusUnauthorized)
	}
	return oidc.ErrUnauthorizedClient().WithParent(err)
}

// tokenForApplication returns the token whose encoded form is access, or nil if that token is not
// valid. It also reports whether the token's audience includes the application or its project.
func (s *server) tokenForApplication(ctx context.Context, access string, a *Application) (*token, bool) {
	t, ok := s.validToken(ctx, access)
	if !ok {
		return nil, false
	}
	if t.pat {
		t = t.patFor(a)
	}
	return t, t.hasAudience(a.ClientID, a.Project.ID)
}

// patFor returns a personal access token as ZITADEL presents it to an application: the
// audience consists of the application and its project, and the scopes include each of the
// project's roles, whether or not the user has that role.
func (t *token) patFor(a *Application) *token {
	shown := *t
	shown.audience = []string{a.ClientID, a.Project.ID}
	shown.scopes = slices.Clone(t.scopes)
	for _, role := range a.Project.Roles {
		shown.scopes = append(shown.scopes, scopeRolePrefix+role)
	}
	return &shown
}

// introspection returns the response for a valid token.
func (s *server) introspection(ctx context.Context, t *token, a *Application) map[string]any {
	claims := map[string]any{
		"active": true, "scope": strings.Join(t.scopes, " "), "token_type": oidc.BearerToken,
		"exp": t.expires.Unix(), "iat": t.issued.Unix(), "nbf": t.issued.Unix(),
		"sub": t.user.ID, "aud": t.audience, "iss": op.IssuerFromContext(ctx), "jti": t.id,
	}
	if clientID := t.clientID(); clientID != "" {
		claims["client_id"] = clientID
	}
	t.addAuthentication(claims)
	t.addActor(claims)
	s.addProfile(claims, t)
	if name, ok := claims["preferred_username"]; ok {
		claims["username"] = name
	}
	s.addScopeClaims(claims, t)
	// The response contains the roles in the application's project even if no scope requests
	// roles.
	s.addProjectRoles(claims, t, a.Project)
	return claims
}
