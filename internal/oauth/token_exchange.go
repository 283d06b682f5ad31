package oauth

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TokenType is a type of token (RFC 8693 section 3) by its short name.
type TokenType string

// The types of token that ZITADEL exchanges.
const (
	TypeAccessToken  TokenType = "access_token"
	TypeIDToken      TokenType = "id_token"
	TypeRefreshToken TokenType = "refresh_token"
	TypeJWT          TokenType = "jwt"
	TypeUserID       TokenType = "user_id" // ZITADEL's own: an id in place of a token
)

// uri is the identifier of a token type.
func (t TokenType) uri() string {
	if t == TypeUserID {
		return "urn:zitadel:params:oauth:token-type:user_id"
	}
	return "urn:ietf:params:oauth:token-type:" + string(t)
}

// ExchangeRequest asks for a token in exchange for another (RFC 8693 section 2.1).
type ExchangeRequest struct {
	Credentials        Credentials // of an OIDC application
	SubjectToken       key.Secret
	SubjectTokenType   TokenType
	ActorToken         key.Secret // empty: no delegation
	ActorTokenType     TokenType
	RequestedTokenType TokenType
	Scopes, Audience   []string // empty: those of the subject token
}

// ExchangedToken is the token that was given (RFC 8693 section 2.2.1).
type ExchangedToken struct {
	*Token
	IssuedTokenType string // short name, or the URI of a type without one
	Scopes          []string
}

const opExchange = "exchange token"

// ExchangeToken asks the token endpoint for another token of the same user, with
// less scope, or in the name of another (delegation, impersonation).
func (c *Client) ExchangeToken(ctx context.Context, request ExchangeRequest) (*ExchangedToken, error) {
	if err := request.Credentials.unusable(opExchange, c.ServerTime(), key.Application); err != nil {
		return nil, err
	}
	endpoint, err := c.endpoint(ctx, opExchange, "token_endpoint", func(d *Configuration) string { return d.TokenEndpoint })
	if err != nil {
		return nil, err
	}
	q := c.call(opExchange, http.MethodPost, endpoint, append(request.Credentials.secrets(), request.SubjectToken.Reveal(), request.ActorToken.Reveal())...)
	q.form = request.form()
	q.authenticate(request.Credentials)
	a, err := c.send(ctx, &q)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		e := q.refusal(a)
		c.explainExchange(e, request, q.assertion)
		return nil, e
	}
	stated, err := readTokenAnswer(a)
	if err != nil {
		return nil, q.malformed(a, "not a token answer: "+err.Error())
	}
	return &ExchangedToken{
		Token:           stated.token(c.ServerTime()),
		IssuedTokenType: strings.TrimPrefix(stated.IssuedTokenType, "urn:ietf:params:oauth:token-type:"),
		Scopes:          strings.Fields(stated.Scope),
	}, nil
}

func (r ExchangeRequest) form() url.Values {
	form := url.Values{
		"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token":      {r.SubjectToken.Reveal()},
		"subject_token_type": {r.SubjectTokenType.uri()},
	}
	if r.RequestedTokenType != TypeAccessToken { // that is what ZITADEL gives unasked
		form.Set("requested_token_type", r.RequestedTokenType.uri())
	}
	if !r.ActorToken.Empty() {
		form.Set("actor_token", r.ActorToken.Reveal())
		form.Set("actor_token_type", r.ActorTokenType.uri())
	}
	if len(r.Scopes) > 0 {
		form.Set("scope", strings.Join(slices.Sorted(slices.Values(r.Scopes)), " "))
	}
	if len(r.Audience) > 0 {
		form["audience"] = slices.Sorted(slices.Values(r.Audience))
	}
	return form
}

// exchangeAdvice knows ZITADEL's refusals of an exchange by their description.
var exchangeAdvice = map[string]advice{
	"no active client not found": {
		"The credentials are not those of an active OIDC application: API applications and service accounts cannot exchange tokens.",
		"Pass the key, or client id and secret, of an OIDC application.",
	},
	"Errors.TokenExchange.Impersonation.PolicyDisabled": {
		"Impersonation is switched off in this instance.",
		"Switch on \"Impersonation\" in the instance's security settings (enableImpersonation in the settings API).",
	},
	"membership not found": {
		"The actor has no role that allows to impersonate this user.",
		"Give the actor an impersonator role in ZITADEL (IAM_ADMIN_IMPERSONATOR, IAM_END_USER_IMPERSONATOR, ORG_ADMIN_IMPERSONATOR or ORG_END_USER_IMPERSONATOR).",
	},
	"subject_token invalid": {
		"The subject token has expired, was revoked, is of another instance or not of the type that subject_token_type says; its audience may lack the application's project.",
		"Ask zitadel_introspection about it; ask for it with the scope urn:zitadel:iam:org:project:id:{project id}:aud.",
	},
	"actor_token invalid": {
		"The actor token has expired, was revoked, is of another instance or not of the type that actor_token_type says.",
		"Ask zitadel_introspection about it.",
	},
}

func (c *Client) explainExchange(e *Error, request ExchangeRequest, assertion *signedAssertion) {
	known, ok := exchangeAdvice[e.Description]
	switch {
	case ok:
		e.Likely, e.Next = append(e.Likely, known.likely), append(e.Next, known.next)
	case e.Code == "unsupported_grant_type":
		e.Likely = append(e.Likely, "This version of ZITADEL has token exchange switched off.")
		e.Next = append(e.Next, "Switch on the feature oidcTokenExchange of the instance, or update ZITADEL.")
	case e.Code == "unauthorized_client":
		e.Likely = append(e.Likely, "The application may not use the grant type Token Exchange.")
		e.Next = append(e.Next, "Allow \"Token Exchange\" among the application's grant types in ZITADEL.")
	case e.Code == "invalid_scope":
		e.Next = append(e.Next, "Ask only for scopes that the subject token has: an exchange cannot widen it.")
	case e.Code == "invalid_target":
		e.Next = append(e.Next, "Ask only for an audience that the subject token has: an exchange cannot widen it.")
	default:
		c.explainClientAuthentication(e, request.Credentials, assertion)
	}
	e.Credentials = e.Code == "invalid_client" || e.Code == "unauthorized_client"
}
