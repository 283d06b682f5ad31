package zitadel

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

const opIntrospect = "introspect token"

// Introspect introspects a token as an application. The application authenticates with
// private_key_jwt (RFC 7523 section 2.2) if the credentials are a key or an assertion, and with
// client_secret_basic if they are a client ID and its secret. An inactive token is a result,
// not an error.
func (c *Client) Introspect(
	ctx context.Context, credentials Credentials, subject key.Secret,
) (*token.Introspection, error) {
	if err := credentials.check(opIntrospect, c.ServerTime(), key.Application); err != nil {
		return nil, err
	}
	endpoint, err := c.endpoint(ctx, opIntrospect, "introspection_endpoint")
	if err != nil {
		return nil, err
	}
	req := c.newRequest(opIntrospect, http.MethodPost, endpoint, append(credentials.secrets(), subject.Reveal())...)
	req.form = url.Values{"token": {subject.Reveal()}}
	req.authenticate(credentials)
	req.denied = isInactive
	resp, err := c.send(ctx, &req)
	switch {
	case err != nil:
		return nil, err
	case resp.status != http.StatusOK:
		e := req.rejectionError(resp)
		c.explainIntrospection(e, &req)
		return nil, e
	case !resp.isJSON():
		return nil, req.malformedError(resp, introspectionDocument, nil)
	}
	result, err := token.DecodeIntrospection(resp.body, credentials.subject())
	if err != nil {
		return nil, req.malformedError(resp, introspectionDocument, err)
	}
	return result, nil
}

// isInactive reports whether an introspection response reports the token as inactive.
func isInactive(resp *response) bool {
	var members map[string]json.RawMessage // a struct would match names regardless of case
	return json.Unmarshal(resp.body, &members) == nil && string(members["active"]) == "false"
}
