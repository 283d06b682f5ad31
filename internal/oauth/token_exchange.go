package oauth

import (
	"context"
	"fmt"
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

// ExchangedToken is the token of a response to an exchange (RFC 8693 section 2.2.1).
type ExchangedToken struct {
	*Token
	IssuedTokenType string // short name, or the URI of a type without one
	// Scopes are the granted scopes: those of the response, or the requested ones
	// if it has none. Empty if neither is known.
	Scopes []string
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
		c.explainExchange(e, &q)
		return nil, e
	}
	stated, err := readTokenResponse(a)
	if err != nil {
		return nil, q.malformed(a, "not a token response: "+err.Error())
	}
	scopes := strings.Fields(stated.Scope)
	if len(scopes) == 0 {
		scopes = slices.Clone(request.Scopes) // granted as requested
	}
	return &ExchangedToken{
		Token:           stated.token(c.ServerTime()),
		IssuedTokenType: strings.TrimPrefix(stated.IssuedTokenType, "urn:ietf:params:oauth:token-type:"),
		Scopes:          scopes,
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

// exchangeAdvice is keyed by the descriptions of ZITADEL's rejections of an exchange.
var exchangeAdvice = map[string]advice{
	"no active client not found": {
		"The credentials do not belong to an active OIDC application. API applications and service accounts cannot exchange tokens.",
		"Pass the key, or the client ID and secret, of an OIDC application.",
	},
	"Errors.TokenExchange.FeatureDisabled": exchangeDisabled,
	"Errors.TokenExchange.Impersonation.PolicyDisabled": {
		"Impersonation is switched off in this instance.",
		"Switch on \"Impersonation\" in the instance's security settings (enableImpersonation in the settings API).",
	},
	"membership not found": {
		"The actor has no role that allows it to impersonate this user.",
		"Give the actor an impersonator role in ZITADEL (IAM_ADMIN_IMPERSONATOR, IAM_END_USER_IMPERSONATOR, ORG_ADMIN_IMPERSONATOR or ORG_END_USER_IMPERSONATOR).",
	},
	"subject_token invalid": {
		"The subject token has expired, was revoked, belongs to another instance, is not of the type in subject_token_type, or its audience does not include the application's project.",
		"Introspect the token with zitadel_introspection. Request it with the scope urn:zitadel:iam:org:project:id:{project id}:aud.",
	},
	"actor_token invalid": {
		"The actor token has expired, was revoked, belongs to another instance, or is not of the type in actor_token_type.",
		"Introspect the token with zitadel_introspection.",
	},
}

// exchangeDisabled is the advice for an instance without token exchange, which is
// off by default before v4.11.
var exchangeDisabled = advice{
	"Token exchange is switched off in this instance. Before v4.11, that is the default.",
	"Switch on the instance feature oidcTokenExchange: PUT /v2/features/instance with {\"oidcTokenExchange\": true}, or in the feature settings of the console.",
}

// explainExchange adds the likely causes of a rejected exchange.
func (c *Client) explainExchange(e *Error, q *call) {
	known, ok := exchangeAdvice[e.Description]
	switch {
	case ok:
		e.Credentials = e.Code == "invalid_client"
		e.Likely, e.Next = append(e.Likely, known.likely), append(e.Next, known.next)
	case e.Code == "unsupported_grant_type":
		e.Likely, e.Next = append(e.Likely, exchangeDisabled.likely), append(e.Next, exchangeDisabled.next)
	case e.Code == "unauthorized_client":
		e.Credentials = true
		e.Likely = append(e.Likely, "The application may not use the grant type Token Exchange.")
		e.Next = append(e.Next, "Allow \"Token Exchange\" among the application's grant types in ZITADEL.")
	case e.Code == "invalid_scope":
		e.Next = append(e.Next, "Request only scopes that the subject token has: an exchange cannot add any.")
	case e.Code == "invalid_target":
		e.Next = append(e.Next, "Request only an audience that the subject token has: an exchange cannot add any.")
	case !c.explainClient(e, q, "OIDC application"):
		e.explainUnknown()
	case q.assertion == nil:
		e.Likely = append(e.Likely, fmt.Sprintf("The secret is not the current secret of the OIDC application %s, or the application authenticates with a key (private_key_jwt).", printable(q.signer.ClientID, 100)))
		e.Next = append(e.Next, "Check client_id and client_secret of the OIDC application in ZITADEL.")
	}
	e.explainNew(q)
}
