package optest

import (
	"context"
	"net/http"
	"sync"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// userIDTokenType is ZITADEL's token type for a subject token that is a user ID.
const userIDTokenType oidc.TokenType = "urn:zitadel:params:oauth:token-type:user_id"

// acceptUserIDs makes the zitadel/oidc library accept userIDTokenType. Like ZITADEL, it
// extends the library's global list of token types.
var acceptUserIDs = sync.OnceFunc(func() {
	oidc.AllTokenTypes = append(oidc.AllTokenTypes, userIDTokenType)
})

// AllowImpersonation sets whether the instance's security policy allows token exchanges in
// which an actor receives a token for another user. The default is false, as in ZITADEL.
func (i *Issuer) AllowImpersonation(allowed bool) { i.impersonation.Store(allowed) }

// MakeImpersonator grants u the IAM_ADMIN_IMPERSONATOR role, which the actor in a token
// exchange must have.
func (i *Issuer) MakeImpersonator(u *ServiceUser) { i.state.makeImpersonator(u) }

// actor is the act claim: the party that acts for a token's user.
type actor struct {
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`
	Actor   *actor `json:"act,omitempty"`
}

// exchangeParties returns the subject token and the actor token of a token exchange. If there
// is no actor token, it returns the subject token as both.
//
// ZITADEL also accepts ID tokens and, as subject tokens, JWTs that the application has signed.
// Neither case was recorded, so this issuer rejects both.
func (s *server) exchangeParties(
	ctx context.Context, a *Application, r *oidc.TokenExchangeRequest,
) (subject, actor *token, err error) {
	var ok bool
	if r.SubjectTokenType == userIDTokenType {
		subject = &token{user: s.issuer.World.userByID(r.SubjectToken)}
		ok = subject.user != nil
	} else {
		subject, ok = s.exchangeableToken(ctx, a, r.SubjectToken, r.SubjectTokenType)
	}
	if !ok {
		return nil, nil, oidc.ErrInvalidRequest().WithDescription("subject_token invalid")
	}
	if r.SubjectTokenType != userIDTokenType && r.ActorToken == "" {
		return subject, subject, nil
	}
	if !s.issuer.impersonation.Load() {
		return nil, nil, op.NewStatusError(oidc.ErrInvalidRequest().
			WithDescription("Errors.TokenExchange.Impersonation.PolicyDisabled"), http.StatusForbidden)
	}
	if actor, ok = s.exchangeableToken(ctx, a, r.ActorToken, r.ActorTokenType); !ok {
		return nil, nil, oidc.ErrInvalidRequest().WithDescription("actor_token invalid")
	}
	return subject, actor, nil
}

// exchangeableToken returns the access token with this text, and reports whether the
// application is allowed to exchange it.
func (s *server) exchangeableToken(
	ctx context.Context, a *Application, text string, kind oidc.TokenType,
) (*token, bool) {
	if kind != oidc.AccessTokenType {
		return nil, false
	}
	t, ok := s.tokenForApplication(ctx, text, a)
	if t != nil && s.issuer.currentRelease().exchangesAnyAudience() {
		return t, true
	}
	return t, ok
}

// impersonate returns the act claim for a token that is requested with the actor token t. The
// claim contains the user of t and, nested in it, the actor of t. impersonate fails if the
// user of t is not allowed to impersonate other users.
func (s *server) impersonate(ctx context.Context, t *token) (*actor, error) {
	if !s.issuer.state.impersonator(t.user) {
		return nil, op.NewStatusError(
			oidc.ErrInvalidRequest().WithDescription("membership not found"), http.StatusNotFound)
	}
	return &actor{Issuer: op.IssuerFromContext(ctx), Subject: t.user.ID, Actor: t.actor}, nil
}
