package optest

import (
	"context"
	"net/http"
	"sync"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// userIDTokenType is ZITADEL's own token type for a subject token that is only
// the ID of a user.
const userIDTokenType oidc.TokenType = "urn:zitadel:params:oauth:token-type:user_id"

// acceptUserIDs makes the library accept that type. It has one list for all
// servers of a program, which ZITADEL extends, too.
var acceptUserIDs = sync.OnceFunc(func() {
	oidc.AllTokenTypes = append(oidc.AllTokenTypes, userIDTokenType)
})

// AllowImpersonation is the instance's security policy: whether a token exchange
// may have an actor, and so a user's token be issued to somebody else. ZITADEL's
// default is no.
func (i *Issuer) AllowImpersonation(allowed bool) { i.impersonation.Store(allowed) }

// MakeImpersonator gives u the role of an impersonator
// (IAM_ADMIN_IMPERSONATOR), without which it cannot be the actor of a token
// exchange.
func (i *Issuer) MakeImpersonator(u *ServiceUser) { i.state.makeImpersonator(u) }

// actor is who acts for the user of a token: its act claim.
type actor struct {
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`
	Actor   *actor `json:"act,omitempty"`
}

// exchangeParties returns the tokens of a token exchange. Without an actor
// token they are the same.
//
// The original also takes ID tokens, and as subject tokens JWTs that the
// application has signed. That was not recorded; they are invalid here.
func (s *server) exchangeParties(
	ctx context.Context, a *Application, r *oidc.TokenExchangeRequest,
) (subject, actor *token, err error) {
	var ok bool
	if r.SubjectTokenType == userIDTokenType {
		subject = &token{user: s.issuer.World.userByID(r.SubjectToken)}
		ok = subject.user != nil
	} else {
		subject, ok = s.exchangeToken(ctx, a, r.SubjectToken, r.SubjectTokenType)
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
	if actor, ok = s.exchangeToken(ctx, a, r.ActorToken, r.ActorTokenType); !ok {
		return nil, nil, oidc.ErrInvalidRequest().WithDescription("actor_token invalid")
	}
	return subject, actor, nil
}

// exchangeToken returns the access token that an application wants to exchange.
func (s *server) exchangeToken(
	ctx context.Context, a *Application, text string, kind oidc.TokenType,
) (*token, bool) {
	if kind != oidc.AccessTokenType {
		return nil, false
	}
	return s.tokenFor(ctx, text, a)
}

// impersonate returns the act claim for who acts with the token t, on top of
// whoever acts for t's user, or an error if it may not.
func (s *server) impersonate(ctx context.Context, t *token) (*actor, error) {
	if !s.issuer.state.impersonator(t.user) {
		return nil, op.NewStatusError(
			oidc.ErrInvalidRequest().WithDescription("membership not found"), http.StatusNotFound)
	}
	return &actor{Issuer: op.IssuerFromContext(ctx), Subject: t.user.ID, Actor: t.actor}, nil
}
