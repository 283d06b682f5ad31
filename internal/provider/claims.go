package provider

import (
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// claims contains the results that describe a token. The values come from an introspection
// response or from the token itself.
type claims struct {
	userClaims
	ClientID  types.String `tfsdk:"client_id"`
	Issuer    types.String `tfsdk:"issuer"`
	JWTID     types.String `tfsdk:"jwt_id"`
	TokenType types.String `tfsdk:"token_type"`
	Scopes    []string     `tfsdk:"scopes"`
	Audience  []string     `tfsdk:"audience"`
	IssuedAt  types.String `tfsdk:"issued_at"`
	NotBefore types.String `tfsdk:"not_before"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	ExpiresIn types.Int64  `tfsdk:"expires_in"`
	AuthTime  types.String `tfsdk:"auth_time"`
	Actor     *actor       `tfsdk:"actor"`
}

// actor is the user who impersonates a token's subject.
type actor struct {
	Subject types.String `tfsdk:"subject"`
	Issuer  types.String `tfsdk:"issuer"`
}

func claimAttributes() map[string]dsschema.Attribute {
	return join(userClaimAttributes(), map[string]dsschema.Attribute{
		"client_id": computedString("Client ID of the application, or user name of the service account, to which the " +
			"token was issued. Null for a personal access token and, in local verification, for a JWT from ZITADEL v2.62."),
		"issuer":     computedString("Issuer of the token."),
		"jwt_id":     computedString("ID of the token."),
		"token_type": computedString("Type of the token, `Bearer`."),
		"scopes":     computedSet("Scopes of the token, which show what was requested, not what was granted."),
		"audience":   computedSet("Audience of the token: project IDs and client IDs."),
		"issued_at":  computedInstant("Time at which the token was issued."),
		"not_before": computedInstant("Time before which the token is not valid."),
		"expires_at": computedInstant("Time at which the token expires."),
		"expires_in": computedInt64("Whole seconds until the token expires, counted from the time of the read."),
		"auth_time":  computedInstant("Time at which the user authenticated."),
		"actor": dsschema.SingleNestedAttribute{
			Computed: true,
			Attributes: map[string]dsschema.Attribute{
				"subject": computedString("User ID of the actor. Null if the claim contains none."),
				"issuer":  computedString("Issuer of the user ID. Null if the claim contains none."),
			},
			MarkdownDescription: "Actor that impersonates the subject, from the outermost `act` claim. Null " +
				"without that claim.",
		},
	})
}

// newClaims returns the results for c. now is the current time on the server's clock.
func newClaims(c *token.Claims, now time.Time) claims {
	results := claims{
		userClaims: newUserClaims(c), ClientID: orNull(c.ClientID),
		Issuer: orNull(c.Issuer), JWTID: orNull(c.JWTID), TokenType: orNull(c.TokenType),
		Scopes: distinct(c.Scopes), Audience: distinct(c.Audience),
		IssuedAt: instant(c.IssuedAt), NotBefore: instant(c.NotBefore), AuthTime: instant(c.AuthTime),
		ExpiresAt: instant(c.ExpiresAt), ExpiresIn: secondsLeft(c.ExpiresAt, now),
	}
	if a := c.Actor; a != nil {
		results.Actor = &actor{Subject: orNull(a.Subject), Issuer: orNull(a.Issuer)}
	}
	return results
}
