package provider

import (
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// tokenResults contains the results of a block that requests a token.
type tokenResults struct {
	AccessToken types.String `tfsdk:"access_token"`
	IDToken     types.String `tfsdk:"id_token"`
	TokenType   types.String `tfsdk:"token_type"`
	TokenFormat types.String `tfsdk:"token_format"`
	IssuedAt    types.String `tfsdk:"issued_at"`
	ExpiresAt   types.String `tfsdk:"expires_at"`
	ExpiresIn   types.Int64  `tfsdk:"expires_in"`
}

// tokenAttributes returns the attributes for [tokenResults].
func tokenAttributes() map[string]dsschema.Attribute {
	return map[string]dsschema.Attribute{
		"access_token": computedSecret("Access token."),
		"id_token": computedSecret("ID token, which identifies the user; if it was requested with a service account key " +
			"or, up to ZITADEL v3.4, with a client secret, it has already expired when it is issued. Null without " +
			"the `openid` scope."),
		"token_type":   computedString("Type of the token: `Bearer`, or `N_A` for an ID token."),
		"token_format": computedString("Format of the access token: `jwt`, or `opaque` if only ZITADEL can decode it."),
		"issued_at":    computedInstant("Time at which the token was issued."),
		"expires_at":   computedInstant("Time at which the token expires."),
		"expires_in":   computedInt64("Whole seconds until the token expires, counted from the time of the read."),
	}
}

// newTokenResults returns the results for a token. now is the current time on the server's clock.
func newTokenResults(t *zitadel.Token, now time.Time) tokenResults {
	return tokenResults{
		AccessToken: types.StringValue(t.AccessToken.Reveal()),
		IDToken:     orNull(t.IDToken.Reveal()),
		TokenType:   types.StringValue(t.TokenType),
		TokenFormat: types.StringValue(t.Format()),
		IssuedAt:    instant(t.IssuedAt),
		ExpiresAt:   instant(t.ExpiresAt),
		ExpiresIn:   secondsLeft(t.ExpiresAt, now),
	}
}
