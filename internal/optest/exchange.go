package optest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// notAccessToken is the token_type of a response that contains an ID token instead of an
// access token (RFC 8693).
const notAccessToken = "N_A"

// TokenExchange implements token exchange (RFC 8693), which only web applications can use.
// exchangeParties finds and checks the tokens in the request, and exchangeAudience and
// exchangeScopes determine the audience and the scopes of the new token.
func (s *server) TokenExchange(
	ctx context.Context, r *op.ClientRequest[oidc.TokenExchangeRequest],
) (*op.Response, error) {
	client, ok := r.Client.(*webClient)
	if !ok {
		return nil, oidc.ErrInvalidClient().WithDescription("no active client not found")
	}
	if !s.issuer.tokenExchange.Load() {
		return nil, oidc.ErrInvalidRequest().WithDescription("Errors.TokenExchange.FeatureDisabled")
	}
	if len(r.Data.Resource) > 0 {
		return nil, oidc.ErrInvalidTarget().WithDescription("resource parameter not supported")
	}
	subject, actor, err := s.exchangeParties(ctx, client.application, r.Data)
	if err != nil {
		return nil, err
	}
	if subject != actor && actor.actor != nil && s.issuer.currentRelease().abortsNestedImpersonation() {
		panic(http.ErrAbortHandler)
	}
	audience, err := exchangeAudience(r.Data.Audience, subject, actor)
	if err != nil {
		return nil, err
	}
	scopes, err := s.exchangeScopes(client, r.Data.Scopes, subject, actor)
	if err != nil {
		return nil, err
	}
	if !s.issuer.state.active(subject.user) {
		return nil, oidc.ErrInvalidRequest().WithDescription("Errors.User.NotActive")
	}
	now := s.issuer.Now()
	t := &token{
		id: newTokenID(), user: subject.user, application: client.application, scopes: scopes,
		audience: audience, issuer: op.IssuerFromContext(ctx), issued: now,
		expires: now.Add(time.Duration(s.issuer.tokenLifetime.Load())),
		amr:     actor.amr, actor: actor.actor,
	}
	if subject != actor {
		if t.actor, err = s.impersonate(ctx, actor); err != nil {
			return nil, err
		}
	}
	return s.exchangeResponse(t, r.Data.RequestedTokenType)
}

// exchangeResponse returns the response that contains t as a token of the requested type.
func (s *server) exchangeResponse(t *token, requested oidc.TokenType) (*op.Response, error) {
	response := &oidc.TokenExchangeResponse{
		IssuedTokenType: requested, TokenType: oidc.BearerToken, Scopes: t.scopes,
		ExpiresIn: uint64(max(0, expiresIn(t.expires.Sub(t.issued)))),
	}
	var err error
	switch requested {
	case "", oidc.AccessTokenType:
		response.IssuedTokenType = oidc.AccessTokenType
		response.AccessToken, err = s.defaultToken(t)
	case oidc.JWTTokenType:
		response.AccessToken, err = s.jwtToken(t)
	case oidc.IDTokenType:
		response.AccessToken, err = s.idToken(t, "", defaultTokenLifetime)
		response.TokenType, response.ExpiresIn = notAccessToken, uint64(expiresIn(defaultTokenLifetime))
	default:
		return nil, oidc.ErrInvalidRequest().WithDescription("Errors.TokenExchange.Token.TypeNotSupported")
	}
	if err != nil {
		return nil, fmt.Errorf("creating a token: %w", err)
	}
	if requested == oidc.IDTokenType {
		return op.NewResponse(response), nil
	}
	if slices.Contains(t.scopes, oidc.ScopeOpenID) {
		if response.IDToken, err = s.idToken(t, response.AccessToken, defaultTokenLifetime); err != nil {
			return nil, fmt.Errorf("creating an ID token: %w", err)
		}
	}
	s.issuer.state.addToken(t)
	return op.NewResponse(response), nil
}

// exchangeAudience returns the new token's audience. Each requested ID must be in the audience
// of the subject token or of the actor token. If no ID is requested, the new token gets the
// subject token's audience or, if that is empty, the actor token's audience.
func exchangeAudience(requested []string, subject, actor *token) ([]string, error) {
	for _, id := range requested {
		if !subject.hasAudience(id) && !actor.hasAudience(id) {
			return nil, oidc.ErrInvalidTarget().
				WithDescription("audience %q not found in subject or actor token", id)
		}
	}
	return slices.Clone(firstNonEmpty(requested, subject.audience, actor.audience)), nil
}

// exchangeScopes returns the new token's scopes. The rules are those of exchangeAudience,
// except that older releases grant any scope.
func (s *server) exchangeScopes(client *webClient, requested []string, subject, actor *token) ([]string, error) {
	requested = slices.DeleteFunc(slices.Clone(requested), func(scope string) bool { return scope == "" })
	for _, scope := range requested {
		if s.issuer.currentRelease().grantsAnyScope() {
			break
		}
		if !slices.Contains(subject.scopes, scope) && !slices.Contains(actor.scopes, scope) {
			return nil, oidc.ErrInvalidScope().
				WithDescription("scope %q not found in subject or actor token", scope)
		}
	}
	scopes := firstNonEmpty(requested, subject.scopes, actor.scopes)
	return op.ValidateAuthReqScopes(client, slices.Clone(scopes))
}

// firstNonEmpty returns the first list that is not empty.
func firstNonEmpty(lists ...[]string) []string {
	for _, list := range lists {
		if len(list) > 0 {
			return list
		}
	}
	return nil
}
