package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

func userinfo() twin[userinfoModel] {
	return twin[userinfoModel]{
		name: "userinfo",
		summary: "Information about the user of a token, requested with the token itself. The results depend on " +
			"the token's scopes.",
		standards: "[OpenID Connect Core 1.0, section " +
			"5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)",
		attributes: join(userClaimAttributes(), map[string]dsschema.Attribute{
			"token": dsschema.StringAttribute{
				Required: true, Sensitive: true,
				Validators:          []validator.String{wholeToken()},
				MarkdownDescription: "Access token or personal access token of the user.",
			},
			"username":       computedSecret("User name. Null without the `profile` scope."),
			"name":           computedSecret("Full name. Null without the `profile` scope."),
			"given_name":     computedSecret("Given name. Null without the `profile` scope."),
			"family_name":    computedSecret("Family name. Null without the `profile` scope."),
			"email":          computedSecret("Email address. Null without the `email` scope."),
			"email_verified": computedBool("Whether the email address was verified. Null without the `email` scope."),
			"locale":         computedString("Preferred language. Null without the `profile` scope."),
		}),
		read: readUserinfo,
	}
}

type userinfoModel struct {
	Token types.String `tfsdk:"token"`

	userClaims
	Name          types.String `tfsdk:"name"`
	GivenName     types.String `tfsdk:"given_name"`
	FamilyName    types.String `tfsdk:"family_name"`
	Email         types.String `tfsdk:"email"`
	EmailVerified types.Bool   `tfsdk:"email_verified"`
	Locale        types.String `tfsdk:"locale"`
}

func readUserinfo(ctx context.Context, s *session, m *userinfoModel) diag.Diagnostics {
	client, diags := s.client()
	if diags.HasError() {
		return diags
	}
	info, err := client.UserInfo(ctx, key.NewSecret(m.Token.ValueString()))
	if err != nil {
		return append(diags, s.diagnose("get user info", path.Empty(), err)...)
	}
	m.userClaims = newUserClaims(&info.Claims)
	m.Name, m.GivenName, m.FamilyName = orNull(info.Name), orNull(info.GivenName), orNull(info.FamilyName)
	m.Email, m.EmailVerified = orNull(info.Email), types.BoolPointerValue(info.EmailVerified)
	m.Locale = orNull(info.Locale)
	return diags
}
