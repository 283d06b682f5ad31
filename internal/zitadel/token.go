package zitadel

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// TokenRequest is a request for an access token.
type TokenRequest struct {
	Credentials Credentials
	// Scopes are the scopes to request. ZITADEL silently ignores scopes that it does not
	// support.
	Scopes []string
	// MinValidity is the remaining lifetime that a token must have to be shared by identical
	// requests. It is limited to half of the token's lifetime.
	MinValidity time.Duration
}

// Token is a token that the token endpoint issued (RFC 6749 section 5.1). Its times are based on
// the server's clock, in whole seconds.
type Token struct {
	AccessToken key.Secret
	IDToken     key.Secret // empty without the openid scope
	TokenType   string     // "Bearer"
	IssuedAt    time.Time
	ExpiresAt   time.Time
}

// The formats of an access token.
const (
	FormatJWT    = "jwt"
	FormatOpaque = "opaque"
)

// Format returns [FormatJWT] or [FormatOpaque]. Only ZITADEL can read an opaque token: it is a
// JWE with five parts or, up to v4.13, a string without dots.
func (t *Token) Format() string {
	if token.IsJWT(t.AccessToken.Reveal()) {
		return FormatJWT
	}
	return FormatOpaque
}

const opToken = "get access token"

// AccessToken requests an access token. It uses the jwt-bearer grant (RFC 7523 section 2.1) for
// a service account key or an assertion, and the client credentials grant (RFC 6749 section
// 4.4) for a client ID with its secret. Identical requests share one token until its remaining
// lifetime is less than their MinValidity.
func (c *Client) AccessToken(ctx context.Context, params TokenRequest) (*Token, error) {
	if err := params.Credentials.check(opToken, c.ServerTime(), key.ServiceAccount); err != nil {
		return nil, err
	}
	id := params.key()
	fresh := func(t *Token, _ int64) bool { return c.isShareable(t, params.MinValidity) }
	return c.tokens.get(ctx, id, fresh, func(ctx context.Context) (*Token, error) {
		issued, err := c.grant(ctx, params.Credentials, id.scopes)
		if err != nil {
			return nil, err
		}
		return issued, nil
	})
}

// Lifetime returns the time between the issuance of the token and its expiration.
func (t *Token) Lifetime() time.Duration { return t.ExpiresAt.Sub(t.IssuedAt) }

// grant requests an access token for scopes, a space-separated list. If the response contains a
// token but cannot be used, grant returns both an error and a token with only AccessToken set.
func (c *Client) grant(ctx context.Context, credentials Credentials, scopes string) (*Token, error) {
	endpoint, err := c.endpoint(ctx, opToken, "token_endpoint")
	if err != nil {
		return nil, err
	}
	req := c.newRequest(opToken, http.MethodPost, endpoint, credentials.secrets()...)
	req.credentials = credentials
	if credentials.ClientID != "" {
		req.authorization = BasicAuth(credentials.ClientID, credentials.ClientSecret.Reveal())
		req.form = url.Values{"grant_type": {"client_credentials"}, "scope": {scopes}}
	} else {
		req.form = url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "scope": {scopes}}
		req.parameter = grantAssertion
	}
	resp, err := c.send(ctx, &req)
	if err != nil {
		return req.last.issuedToken(), err
	}
	if resp.status != http.StatusOK {
		e := req.rejectionError(resp)
		c.explainGrant(e, &req)
		return nil, e
	}
	content, err := req.decodeTokenResponse(resp)
	if err != nil {
		return resp.issuedToken(), err
	}
	c.accepted.Store(credentials.Fingerprint(), c.ServerTime())
	return content.token(c.ServerTime()), nil
}

// issuedToken returns the access token in a response that is otherwise unusable, or nil if there is
// none.
func (resp *response) issuedToken() *Token {
	if resp == nil || resp.status != http.StatusOK || !resp.isJSON() {
		return nil
	}
	var content struct {
		AccessToken any `json:"access_token"`
	}
	if json.Unmarshal(resp.body, &content) != nil {
		return nil
	}
	access, isString := content.AccessToken.(string)
	if !isString || access == "" {
		return nil
	}
	return &Token{AccessToken: key.NewSecret(access)}
}

// tokenResponse is a response from the token endpoint (RFC 6749 section 5.1, RFC 8693
// section 2.2.1).
type tokenResponse struct {
	AccessToken     string   `json:"access_token"`
	IDToken         string   `json:"id_token"`
	TokenType       string   `json:"token_type"`
	ExpiresIn       *float64 `json:"expires_in"`
	IssuedTokenType string   `json:"issued_token_type"`
	Scope           string   `json:"scope"`
}

// decodeTokenResponse decodes a response from the token endpoint. The error identifies the missing
// or invalid member.
func (req *request) decodeTokenResponse(resp *response) (*tokenResponse, error) {
	if !resp.isJSON() {
		return nil, req.malformedError(resp, tokenDocument, nil)
	}
	var content tokenResponse
	err := object.Decode(resp.body, &content)
	if code, _ := resp.oauthError(); code != "" && content.AccessToken == "" {
		e := req.rejectionError(resp)
		e.explainUnknown()
		return nil, e
	}
	const tenYears = 10 * 366 * 24 * 60 * 60
	switch {
	case err != nil:
	case content.AccessToken == "":
		err = object.Missing("access_token")
	case strings.ContainsFunc(content.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }):
		err = fault.New("member-not-printable", "member", "access_token")
	case content.TokenType == "":
		err = object.Missing("token_type")
	case content.ExpiresIn == nil:
		err = object.Missing("expires_in")
	case *content.ExpiresIn < 0 || *content.ExpiresIn > tenYears:
		err = fault.New("member-out-of-range", "member", "expires_in")
	}
	if err != nil {
		return nil, req.malformedError(resp, tokenDocument, err)
	}
	return &content, nil
}

// token returns the token in the response. Its lifetime begins at now.
func (t *tokenResponse) token(now time.Time) *Token {
	issued := now.UTC().Truncate(time.Second)
	return &Token{
		AccessToken: key.NewSecret(t.AccessToken),
		IDToken:     key.NewSecret(t.IDToken),
		TokenType:   t.TokenType,
		IssuedAt:    issued,
		ExpiresAt:   issued.Add(time.Duration(*t.ExpiresIn) * time.Second),
	}
}
