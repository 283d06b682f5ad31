package oauth

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TokenRequest asks for an access token.
type TokenRequest struct {
	Credentials Credentials
	// Scopes are the scopes to ask for. ZITADEL drops those that it does not
	// know without a word.
	Scopes []string
	// MinValidity is how much longer a token must be valid to be shared with an equal
	// request. If it is more than half of the token's lifetime, that half is used
	// instead.
	MinValidity time.Duration
}

// Token is what the token endpoint gave (RFC 6749 section 5.1). Its times are
// on the server's clock, in whole seconds.
type Token struct {
	AccessToken key.Secret
	IDToken     key.Secret // empty without the scope openid
	TokenType   string     // "Bearer"
	IssuedAt    time.Time
	ExpiresAt   time.Time
}

// The formats of an access token.
const (
	FormatJWT    = "jwt"
	FormatOpaque = "opaque"
)

// Format says whether the access token is a JWT that can be looked into or
// opaque. ZITADEL's opaque tokens are five-part JWEs that only itself can read.
func (t *Token) Format() string {
	if isJWT(t.AccessToken.Reveal()) {
		return FormatJWT
	}
	return FormatOpaque
}

type tokenKey struct {
	credentials [sha256.Size]byte
	scopes      string
}

const opToken = "get access token"

// AccessToken asks the token endpoint for an access token: by the jwt-bearer
// grant (RFC 7523 section 2.1) with a service account's key or an assertion, by
// the client credentials grant (RFC 6749 section 4.4) with id and secret. Equal
// requests share one token for as long as it has their MinValidity left.
func (c *Client) AccessToken(ctx context.Context, request TokenRequest) (*Token, error) {
	if err := request.Credentials.unusable(opToken, c.ServerTime(), key.ServiceAccount); err != nil {
		return nil, err
	}
	id := request.key()
	fresh := func(t *Token, _ int64) bool { return c.lives(t, request.MinValidity) }
	return c.tokens.get(ctx, id, fresh, func(ctx context.Context) (*Token, error) {
		return c.grant(ctx, request.Credentials, id.scopes)
	})
}

// key is what makes two requests ask for the same.
func (r TokenRequest) key() tokenKey {
	scopes := slices.Compact(slices.Sorted(slices.Values(r.Scopes)))
	return tokenKey{r.Credentials.Fingerprint(), strings.Join(scopes, " ")}
}

// lives reports whether a token is valid long enough, on the server's clock, to be
// shared: for validity, or for half of its lifetime if that is less. Without the
// latter, a token with a short lifetime would never be shared.
func (c *Client) lives(t *Token, validity time.Duration) bool {
	return t.ExpiresAt.Sub(c.ServerTime()) >= min(validity, t.Lifetime()/2)
}

// Lifetime returns for how long the token is valid once it is issued.
func (t *Token) Lifetime() time.Duration { return t.ExpiresAt.Sub(t.IssuedAt) }

func (c *Client) grant(ctx context.Context, credentials Credentials, scopes string) (*Token, error) {
	endpoint, err := c.endpoint(ctx, opToken, "token_endpoint", func(d *Configuration) string { return d.TokenEndpoint })
	if err != nil {
		return nil, err
	}
	q := c.call(opToken, http.MethodPost, endpoint, credentials.secrets()...)
	q.signer = credentials
	if credentials.ClientID != "" {
		q.authorization = BasicAuth(credentials.ClientID, credentials.ClientSecret.Reveal())
		q.form = url.Values{"grant_type": {"client_credentials"}, "scope": {scopes}}
	} else {
		q.form = url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "scope": {scopes}}
		q.parameter = grantAssertion
	}
	a, err := c.send(ctx, &q)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		e := q.refusal(a)
		c.explainGrant(e, &q)
		return nil, e
	}
	stated, err := readTokenResponse(a)
	if err != nil {
		return nil, q.malformed(a, "not a token response: "+err.Error())
	}
	return stated.token(c.ServerTime()), nil
}

// tokenResponse is a response of the token endpoint (RFC 6749 section 5.1, RFC 8693
// section 2.2.1).
type tokenResponse struct {
	AccessToken     string   `json:"access_token"`
	IDToken         string   `json:"id_token"`
	TokenType       string   `json:"token_type"`
	ExpiresIn       *float64 `json:"expires_in"`
	IssuedTokenType string   `json:"issued_token_type"`
	Scope           string   `json:"scope"`
}

// readTokenResponse decodes a response of the token endpoint. The error names the
// member that is missing or invalid.
func readTokenResponse(a *answer) (*tokenResponse, error) {
	if !a.isJSON() {
		return nil, errors.New("it is not JSON" + a.kind())
	}
	var stated tokenResponse
	if err := decodeObject(a.body, &stated); err != nil {
		return nil, err
	}
	const tenYears = 10 * 366 * 24 * 60 * 60
	missing := ""
	switch {
	case stated.AccessToken == "":
		missing = "access_token"
	case stated.TokenType == "":
		missing = "token_type"
	case stated.ExpiresIn == nil:
		missing = "expires_in"
	case *stated.ExpiresIn < 0 || *stated.ExpiresIn > tenYears:
		return nil, errors.New(`member "expires_in" is out of range`)
	}
	if missing != "" {
		return nil, errors.New(missingMember(missing))
	}
	return &stated, nil
}

// token counts the token's life from the time now.
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
