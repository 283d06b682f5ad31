package oauth

import (
	"context"
	"net/http"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

const opUserInfo = "get user info"

// UserInfo asks whom a token speaks for (OpenID Connect Core 1.0 section 5.3).
func (c *Client) UserInfo(ctx context.Context, token key.Secret) (*UserInfo, error) {
	endpoint, err := c.endpoint(ctx, opUserInfo, "userinfo_endpoint", func(d *Configuration) string { return d.UserinfoEndpoint })
	if err != nil {
		return nil, err
	}
	q := c.call(opUserInfo, http.MethodGet, endpoint, token.Reveal())
	q.authorization = "Bearer " + token.Reveal()
	a, err := c.send(ctx, &q)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		e := q.refusal(a)
		if a.status == http.StatusUnauthorized {
			e.Likely = []string{"The token has expired, was revoked, belongs to another instance, or its user is gone or deactivated."}
			e.Next = []string{"Ask zitadel_introspection about the token, or zitadel_token_verification if it is a JWT: they say why."}
		}
		return nil, e
	}
	if !a.isJSON() {
		return nil, q.malformed(a, "not a user info answer: it is not JSON"+a.kind())
	}
	info, err := decodeUserInfo(a.body)
	if err != nil {
		return nil, q.malformed(a, "not a user info answer: "+err.Error())
	}
	return info, nil
}
