package optest

import (
	"context"
	"crypto/subtle"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// userClient represents a service user that acts as an OAuth client. The embedded interface is
// nil, because its remaining methods are for browser logins and are never called.
type userClient struct {
	op.Client
	user  *ServiceUser
	world *World
}

func (c *userClient) GetID() string                    { return c.user.Name }
func (c *userClient) AuthMethod() oidc.AuthMethod      { return oidc.AuthMethodBasic }
func (c *userClient) IsScopeAllowed(scope string) bool { return c.world.scopeAllowed(scope) }
func (c *userClient) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeClientCredentials}
}

// webClient represents a web application that acts as an OAuth client. As in userClient, the
// embedded interface is nil.
type webClient struct {
	op.Client
	application *Application
	world       *World
}

func (c *webClient) GetID() string                    { return c.application.ClientID }
func (c *webClient) AuthMethod() oidc.AuthMethod      { return oidc.AuthMethodBasic }
func (c *webClient) IsScopeAllowed(scope string) bool { return c.world.scopeAllowed(scope) }
func (c *webClient) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeTokenExchange}
}

// VerifyClient authenticates the client that sends a request to the token endpoint or the
// revocation endpoint: a service user for client_credentials, and a web application otherwise.
// authenticateApplication authenticates the clients of the introspection endpoint.
func (s *server) VerifyClient(ctx context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	if oidc.GrantType(r.Form.Get("grant_type")) == oidc.GrantTypeClientCredentials {
		return s.verifyUserSecret(r.Data.ClientID, r.Data.ClientSecret)
	}
	clientID := r.Data.ClientID
	if r.Data.ClientAssertion != "" {
		claimed, err := claimedIssuer(r.Data.ClientAssertion)
		if err != nil {
			return nil, oidc.ErrInvalidClient().WithParent(err).WithDescription("invalid assertion")
		}
		clientID = claimed
	}
	if s.issuer.cacheOnly() {
		return nil, internalError(nil)
	}
	application := s.issuer.World.application(clientID)
	if application == nil || !application.web || s.issuer.justCreated() {
		return nil, oidc.ErrInvalidClient().WithDescription("no active client not found")
	}
	if r.Data.ClientAssertion != "" {
		if _, err := s.issuer.verifyAssertion(r.Data.ClientAssertion, op.IssuerFromContext(ctx)); err != nil {
			return nil, oidc.ErrInvalidClient().WithParent(err).WithDescription("invalid assertion")
		}
	} else if !sameSecret(application.Secret, r.Data.ClientSecret) {
		return nil, oidc.ErrInvalidClient().WithDescription("invalid secret")
	}
	return &webClient{application: application, world: s.issuer.World}, nil
}

// verifyUserSecret authenticates a service user with its name and secret.
func (s *server) verifyUserSecret(name, secret string) (op.Client, error) {
	if s.issuer.currentRelease().acceptsLoginNames() {
		name = strings.TrimSuffix(name, "@"+s.issuer.World.OrganizationDomain)
	}
	user := s.issuer.World.userByName(name)
	switch {
	case user == nil || s.issuer.cacheOnly():
		return nil, oidc.ErrInvalidClient().WithDescription("client not found")
	case user.Secret == "" || s.issuer.justCreated():
		return nil, oidc.ErrInvalidRequest().WithDescription("Errors.User.Machine.Secret.NotExisting")
	case !sameSecret(user.Secret, secret):
		return nil, oidc.ErrInvalidRequest().WithDescription("Errors.User.Machine.Secret.Invalid")
	}
	return &userClient{user: user, world: s.issuer.World}, nil
}

// sameSecret reports whether two secrets are identical and not empty.
func sameSecret(want, got string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}
