package zitadel

import (
	"context"
	"net/http"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

const opUserInfo = "get user info"

// UserInfo returns the user info for an access token (OpenID Connect Core 1.0 section 5.3).
func (c *Client) UserInfo(ctx context.Context, access key.Secret) (*token.UserInfo, error) {
	endpoint, err := c.endpoint(ctx, opUserInfo, "userinfo_endpoint")
	if err != nil {
		return nil, err
	}
	req := c.newRequest(opUserInfo, http.MethodGet, endpoint, access.Reveal())
	req.authorization = "Bearer " + access.Reveal()
	resp, err := c.send(ctx, &req)
	switch {
	case err != nil:
		return nil, err
	case resp.status != http.StatusOK:
		e := req.rejectionError(resp)
		if resp.status == http.StatusUnauthorized && e.Code != "" {
			e.because("userinfo-token-rejected")
			e.explainToken(access.Reveal(), TypeAccessToken)
		} else {
			e.explainUnknown()
		}
		return nil, e
	case !resp.isJSON():
		return nil, req.malformedError(resp, userInfoDocument, nil)
	}
	info, err := token.DecodeUserInfo(resp.body)
	if err != nil {
		return nil, req.malformedError(resp, userInfoDocument, err)
	}
	return info, nil
}
