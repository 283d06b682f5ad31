package provider

import (
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// token are the results of blocks that get a token.
type token struct {
	AccessToken types.String `tfsdk:"access_token"`
	IDToken     types.String `tfsdk:"id_token"`
	TokenType   types.String `tfsdk:"token_type"`
	TokenFormat types.String `tfsdk:"token_format"`
	IssuedAt    types.String `tfsdk:"issued_at"`
	ExpiresAt   types.String `tfsdk:"expires_at"`
	ExpiresIn   types.Int64  `tfsdk:"expires_in"`
}

func tokenAttributes() map[string]dsschema.Attribute {
	return map[string]dsschema.Attribute{
		"access_token": dsschema.StringAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "The access token.",
		},
		"id_token": dsschema.StringAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "The id token, null without the scope `openid`; of a service account's key it has expired on arrival, so it only tells who.",
		},
		"token_type": dsschema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "How the token is used: `Bearer`, or `N_A` of an id token.",
		},
		"token_format": dsschema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "`jwt` of a token that can be looked into, `opaque` of one that only ZITADEL can read.",
		},
		"issued_at":  instantAttribute("When the token was issued."),
		"expires_at": instantAttribute("When the token ends."),
		"expires_in": dsschema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Whole seconds that the token still lives at the moment of reading, so it differs each time.",
		},
	}
}

// newToken writes a token as results, at the time now on the server's clock.
func newToken(t *oauth.Token, now time.Time) token {
	return token{
		AccessToken: types.StringValue(t.AccessToken.Reveal()),
		IDToken:     orNull(t.IDToken.Reveal()),
		TokenType:   types.StringValue(t.TokenType),
		TokenFormat: types.StringValue(t.Format()),
		IssuedAt:    instant(t.IssuedAt),
		ExpiresAt:   instant(t.ExpiresAt),
		ExpiresIn:   secondsLeft(t.ExpiresAt, now),
	}
}
