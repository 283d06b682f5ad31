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

// Introspect says whether a token is valid for the application that asks, and
// what it says about its user.
func (s *server) Introspect(
	ctx context.Context, r *op.Request[op.IntrospectionRequest],
) (*op.Response, error) {
	if s.issuer.forgetful() {
		return inactive(), nil
	}
	application, err := s.introspectingApplication(ctx, r.Data.ClientCredentials)
	if errors.Is(err, errUnparsable) {
		// A trap in the original: not the token is bad but the client's
		// credentials.
		return inactive(), nil
	}
	if err != nil {
		return nil, s.refuseClient(err)
	}
	t, ok := s.tokenFor(ctx, r.Data.Token, application)
	if !ok {
		return inactive(), nil
	}
	return op.NewResponse(s.introspection(ctx, t, application)), nil
}

// inactive is all that the server says about a token that is not valid.
func inactive() *op.Response { return op.NewResponse(map[string]bool{"active": false}) }

// introspectingApplication authenticates the application that asks: with an
// assertion if there is one, else with a secret.
func (s *server) introspectingApplication(
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
	if application == nil { // it is a service user's key
		return nil, errors.New("no such application")
	}
	return application, nil
}

// refuseClient returns the answer to credentials that are wrong.
func (s *server) refuseClient(err error) error {
	if s.issuer.documentedErrors.Load() {
		return op.NewStatusError(oidc.ErrInvalidClient().WithParent(err), http.StatusUnauthorized)
	}
	return oidc.ErrUnauthorizedClient().WithParent(err)
}

// tokenFor returns the valid token that an access token stands for, if it is
// meant for the application.
func (s *server) tokenFor(ctx context.Context, access string, a *Application) (*token, bool) {
	t, ok := s.openToken(ctx, access)
	if !ok {
		return nil, false
	}
	if t.pat {
		t = t.patFor(a)
	}
	return t, t.isFor(a.ClientID, a.Project.ID)
}

// patFor returns a personal access token as ZITADEL shows it to an application:
// meant for that application, with a scope for each role of its project,
// whether the user holds it or not.
func (t *token) patFor(a *Application) *token {
	shown := *t
	shown.audience = []string{a.ClientID, a.Project.ID}
	shown.scopes = slices.Clone(t.scopes)
	for _, role := range a.Project.Roles {
		shown.scopes = append(shown.scopes, scopeRolePrefix+role)
	}
	return &shown
}

// introspection returns the answer about a valid token.
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
	// Unlike in a token, the roles in the application's own project are there
	// without being asked for.
	s.addProjectRoles(claims, t, a.Project)
	return claims
}
