package zitadel

import (
	"context"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// Verify verifies a JWT with the issuer's keys, as of the current time on the server's clock. A
// [token.Verifier] applies policy and leeway. A rejected token is a result, not an error: an error
// means that the keys could not be fetched.
func (c *Client) Verify(
	ctx context.Context, text key.Secret, policy token.Policy, leeway time.Duration,
) (*token.Verification, error) {
	jwt, rejection := token.Parse(text.Reveal())
	if rejection != nil {
		return rejection, nil
	}
	keys, err := c.keySetFor(ctx, jwt)
	if err != nil {
		return nil, err
	}
	verifier := token.Verifier{Issuer: c.DeclaredIssuer(), Now: c.ServerTime(), Leeway: leeway, Policy: policy}
	return verifier.Verify(jwt, keys), nil
}
