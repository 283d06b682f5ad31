package optest

import (
	"context"
	"net/http"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// server implements the endpoints. The zitadel/oidc library parses the requests and writes the
// responses.
type server struct {
	op.UnimplementedServer
	issuer *Issuer
}

// endpoints returns the paths of ZITADEL's endpoints.
func endpoints() op.Endpoints {
	return op.Endpoints{
		Authorization:       op.NewEndpoint("/oauth/v2/authorize"),
		Token:               op.NewEndpoint(tokenPath),
		Introspection:       op.NewEndpoint(introspectionPath),
		Userinfo:            op.NewEndpoint(userInfoPath),
		Revocation:          op.NewEndpoint(revocationPath),
		EndSession:          op.NewEndpoint("/oidc/v1/end_session"),
		JwksURI:             op.NewEndpoint(jwksPath),
		DeviceAuthorization: op.NewEndpoint("/oauth/v2/device_authorization"),
	}
}

// Discovery returns the discovery document for the requested host.
func (s *server) Discovery(ctx context.Context, _ *op.Request[struct{}]) (*op.Response, error) {
	release := s.issuer.currentRelease()
	if s.issuer.cacheOnly() && !release.discoversFromCache() {
		return nil, op.NewStatusError(oidc.ErrServerError().WithDescription("internal server error"),
			http.StatusInternalServerError)
	}
	issuer, paths := op.IssuerFromContext(ctx), endpoints()
	confidential := []oidc.AuthMethod{oidc.AuthMethodBasic, oidc.AuthMethodPrivateKeyJWT}
	all := []oidc.AuthMethod{
		oidc.AuthMethodNone, oidc.AuthMethodBasic, oidc.AuthMethodPost, oidc.AuthMethodPrivateKeyJWT,
	}
	rs256 := []string{string(jose.RS256)}
	configuration := &oidc.DiscoveryConfiguration{
		Issuer:                                             issuer,
		AuthorizationEndpoint:                              paths.Authorization.Absolute(issuer),
		TokenEndpoint:                                      paths.Token.Absolute(issuer),
		IntrospectionEndpoint:                              paths.Introspection.Absolute(issuer),
		UserinfoEndpoint:                                   paths.Userinfo.Absolute(issuer),
		RevocationEndpoint:                                 paths.Revocation.Absolute(issuer),
		EndSessionEndpoint:                                 paths.EndSession.Absolute(issuer),
		DeviceAuthorizationEndpoint:                        paths.DeviceAuthorization.Absolute(issuer),
		JwksURI:                                            paths.JwksURI.Absolute(issuer),
		ScopesSupported:                                    op.DefaultSupportedScopes,
		ResponseTypesSupported:                             []string{"code", "id_token", "id_token token"},
		ResponseModesSupported:                             []string{"query", "fragment", "form_post"},
		GrantTypesSupported:                                grantTypes(),
		SubjectTypesSupported:                              []string{"public"},
		IDTokenSigningAlgValuesSupported:                   release.signingAlgorithms(),
		RequestObjectSigningAlgValuesSupported:             rs256,
		TokenEndpointAuthMethodsSupported:                  all,
		TokenEndpointAuthSigningAlgValuesSupported:         rs256,
		RevocationEndpointAuthMethodsSupported:             all,
		RevocationEndpointAuthSigningAlgValuesSupported:    rs256,
		IntrospectionEndpointAuthMethodsSupported:          confidential,
		IntrospectionEndpointAuthSigningAlgValuesSupported: rs256,
		ClaimsSupported:                                    op.DefaultSupportedClaims,
		CodeChallengeMethodsSupported:                      []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
		UILocalesSupported:                                 oidc.ParseLocales(release.locales()),
		RequestParameterSupported:                          true,
		BackChannelLogoutSupported:                         release.backChannelLogout(),
		BackChannelLogoutSessionSupported:                  release.backChannelLogout(),
	}
	s.issuer.hideEndpoints(configuration)
	return op.NewResponse(configuration), nil
}

// grantTypes returns the grant types in the discovery document. As in ZITADEL's own document,
// token exchange is missing, although it is supported.
func grantTypes() []oidc.GrantType {
	return []oidc.GrantType{
		oidc.GrantTypeCode, oidc.GrantTypeImplicit, oidc.GrantTypeRefreshToken,
		oidc.GrantTypeClientCredentials, oidc.GrantTypeBearer, oidc.GrantTypeDeviceCode,
	}
}

// Keys returns the published keys.
func (s *server) Keys(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	release := s.issuer.currentRelease()
	if s.issuer.cacheOnly() {
		return nil, op.NewStatusError(oidc.ErrServerError().WithDescription(
			"ID=%s Message=Errors.Internal Parent=(%s)", release.keysErrorID(), databaseError), http.StatusInternalServerError)
	}
	return op.NewResponse(s.issuer.keys.set(release.publishesKeysFirst())), nil
}

// UserInfo returns the claims about the user of an access token.
func (s *server) UserInfo(
	ctx context.Context, r *op.Request[oidc.UserInfoRequest],
) (*op.Response, error) {
	t, ok := s.validToken(ctx, r.Data.AccessToken)
	if !ok {
		return nil, op.NewStatusError(
			oidc.ErrAccessDenied().WithDescription("access token invalid"), http.StatusUnauthorized)
	}
	claims := map[string]any{"sub": t.user.ID}
	s.addProfile(claims, t)
	s.addScopeClaims(claims, t)
	s.addRoles(claims, t)
	return op.NewResponse(claims), nil
}

// Revocation revokes a token, whose audience must include the client. It ignores a token that
// is not valid.
func (s *server) Revocation(
	ctx context.Context, r *op.ClientRequest[oidc.RevocationRequest],
) (*op.Response, error) {
	t, ok := s.validToken(ctx, r.Data.Token)
	if !ok {
		return op.NewResponse(nil), nil
	}
	if !t.hasAudience(r.Client.GetID()) {
		return nil, op.NewStatusError(
			oidc.ErrInvalidClient().WithDescription("token was not issued for this client"),
			http.StatusUnauthorized)
	}
	s.issuer.state.revoke(t)
	return op.NewResponse(nil), nil
}
