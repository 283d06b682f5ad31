package optest

import (
	"context"
	"net/http"
	"sync"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// userIDTokenType is ZITADEL's token type for a subject token that contains the ID of a
// user.
const userIDTokenType oidc.TokenType = "urn:zitadel:params:oauth:token-type:user_id"

// acceptUserIDs makes the library accept userIDTokenType. Like ZITADEL, it extends a
// global list of the library.
var acceptUserIDs = sync.OnceFunc(func() {
	oidc.AllTokenTypes = append(oidc.AllTokenTypes, userIDTokenType)
})

// AllowImpersonation sets whether the security policy of the instance allows token
// exchanges in which an actor receives a token for another user. ZITADEL's default is
// false.
func (i *Issuer) AllowImpersonation(allowed bool) { i.impersonation.Store(allowed) }

// MakeImpersonator grants u the role IAM_ADMIN_IMPERSONATOR, which the actor of a token
// exchange must have.
func (i *Issuer) MakeImpersonator(u *ServiceUser) { i.state.makeImpersonator(u) }

// actor is the act claim: the party that acts for the user of a token.
type actor struct {
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`
	Actor   *actor `json:"act,omitempty"`
}

// exchangeParties returns the subject token and the actor token of a token exchange. If
// there is no actor token, both are the subject token.
//
// ZITADEL also accepts ID tokens. As a subject token, it also accepts a JWT that the
// application has signed. Neither was recorded, so this issuer rejects both.
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
// application may exchange it.
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

// impersonate returns the act claim for the user of the actor token t. The claim includes
// the actor of t. impersonate fails if the user of t may not impersonate other users.
func (s *server) impersonate(ctx context.Context, t *token) (*actor, error) {
	if !s.issuer.state.impersonator(t.user) {
		return nil, op.NewStatusError(
			oidc.ErrInvalidRequest().WithDescription("membership not found"), http.StatusNotFound)
	}
	return &actor{Issuer: op.IssuerFromContext(ctx), Subject: t.user.ID, Actor: t.actor}, nil
}
