package zitadel

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// TokenType is the short name of a token type (RFC 8693 section 3).
type TokenType string

// The token types that ZITADEL exchanges.
const (
	TypeAccessToken  TokenType = "access_token"
	TypeIDToken      TokenType = "id_token"
	TypeRefreshToken TokenType = "refresh_token"
	TypeJWT          TokenType = "jwt"
	TypeUserID       TokenType = "user_id" // specific to ZITADEL: a user ID instead of a token
)

// uri returns the URI that identifies the token type.
func (t TokenType) uri() string {
	if t == TypeUserID {
		return "urn:zitadel:params:oauth:token-type:user_id"
	}
	return "urn:ietf:params:oauth:token-type:" + string(t)
}

// ExchangeRequest is a request to exchange a token for another one (RFC 8693 section 2.1).
type ExchangeRequest struct {
	Credentials        Credentials // of an OIDC application
	SubjectToken       key.Secret
	SubjectTokenType   TokenType
	ActorToken         key.Secret // empty without delegation
	ActorTokenType     TokenType
	RequestedTokenType TokenType
	Scopes, Audience   []string // if empty, those of the subject token
}

// ExchangedToken is the token in a response to a token exchange (RFC 8693 section 2.2.1).
type ExchangedToken struct {
	*Token
	IssuedTokenType string // short name of the type, or the URI of a type that has none
	// Scopes are the granted scopes: those in the response, or the requested scopes if the
	// response contains none. Scopes is empty if neither is known.
	Scopes []string
}

const opExchange = "exchange token"

// ExchangeToken exchanges a token for another one, either for the same user with fewer scopes, or
// for a different user (delegation or impersonation).
func (c *Client) ExchangeToken(ctx context.Context, params ExchangeRequest) (*ExchangedToken, error) {
	if err := params.Credentials.check(opExchange, c.ServerTime(), key.Application); err != nil {
		return nil, err
	}
	endpoint, err := c.endpoint(ctx, opExchange, "token_endpoint")
	if err != nil {
		return nil, err
	}
	req := c.newRequest(opExchange, http.MethodPost, endpoint, append(params.Credentials.secrets(),
		params.SubjectToken.Reveal(), params.ActorToken.Reveal())...)
	req.form = params.form()
	req.authenticate(params.Credentials)
	resp, err := c.send(ctx, &req)
	if err != nil {
		return nil, err
	}
	if resp.status != http.StatusOK {
		e := req.rejectionError(resp)
		c.explainExchange(e, &req, params)
		return nil, e
	}
	content, err := req.decodeTokenResponse(resp)
	if err != nil {
		return nil, err
	}
	scopes := strings.Fields(content.Scope)
	if len(scopes) == 0 {
		scopes = slices.Clone(params.Scopes) // granted as requested
	}
	return &ExchangedToken{
		Token:           content.token(c.ServerTime()),
		IssuedTokenType: strings.TrimPrefix(content.IssuedTokenType, "urn:ietf:params:oauth:token-type:"),
		Scopes:          scopes,
	}, nil
}

func (r ExchangeRequest) form() url.Values {
	form := url.Values{
		"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token":      {r.SubjectToken.Reveal()},
		"subject_token_type": {r.SubjectTokenType.uri()},
	}
	if r.RequestedTokenType != TypeAccessToken { // ZITADEL's default
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

// explainToken adds the likely cause if the rejected token in text is not of the expected type.
func (e *Error) explainToken(text string, expected TokenType) {
	isJWT := token.IsJWT(text)
	switch {
	case (expected == TypeJWT || expected == TypeIDToken) && !isJWT:
		e.because("token-not-jwt")
	case expected == TypeAccessToken && isJWT:
		if kind := token.Kind(text); kind != nil {
			e.because("token-of-other-kind", "reason", kind)
		}
	}
}

// exchangeCauses maps the error description of a rejected exchange to the fault code of its
// cause.
var exchangeCauses = map[string]string{
	"no active client not found":                        "exchange-application-inactive",
	"Errors.TokenExchange.FeatureDisabled":              "exchange-disabled",
	"Errors.TokenExchange.Impersonation.PolicyDisabled": "impersonation-disabled",
	"membership not found":                              "impersonation-not-allowed",
	"subject_token invalid":                             "subject-token-invalid",
	"actor_token invalid":                               "actor-token-invalid",
}

// explainExchange adds the likely causes of a rejected exchange.
func (c *Client) explainExchange(e *Error, req *request, params ExchangeRequest) {
	cause, isKnown := exchangeCauses[e.Description]
	isUserID := params.SubjectTokenType == TypeUserID
	switch {
	case isUserID && cause == "subject-token-invalid":
		e.because("exchange-user-unknown")
	case isKnown:
		e.Credentials = e.Code == "invalid_client"
		e.because(cause)
		switch cause {
		case "subject-token-invalid":
			e.explainToken(params.SubjectToken.Reveal(), params.SubjectTokenType)
		case "actor-token-invalid":
			e.explainToken(params.ActorToken.Reveal(), params.ActorTokenType)
		}
	case e.Code == "unsupported_grant_type":
		e.because("exchange-disabled")
	case e.Code == "unauthorized_client":
		e.Credentials = true
		e.because("exchange-grant-type-missing")
	case e.Code == "invalid_scope" && isUserID:
		e.because("exchange-scope-of-user")
	case e.Code == "invalid_scope":
		e.because("exchange-scope")
	case e.Code == "invalid_target":
		e.because("exchange-audience")
	case !c.explainClient(e, req, oidcApplication):
		e.explainUnknown()
	case req.assertion == nil:
		e.because("exchange-secret-wrong", "client_id", shownClientID(req))
	}
	e.explainNew(req)
}
