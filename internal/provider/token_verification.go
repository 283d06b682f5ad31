package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

func tokenVerification() twin[tokenVerificationModel] {
	withProject := requires("project_id", "project-id-missing")
	return twin[tokenVerificationModel]{
		name: "token_verification",
		summary: "The result of verifying a JWT access token locally. Verification checks the signature " +
			"against the issuer's public keys, and also the issuer, the times, and your requirements. No " +
			"credentials are required. Only `zitadel_introspection` detects revoked tokens.",
		standards: "[RFC 7519, section 7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2) and [RFC " +
			"8725](https://www.rfc-editor.org/rfc/rfc8725)",
		attributes: join(claimAttributes(), policyAttributes(withProject), map[string]dsschema.Attribute{
			"token": dsschema.StringAttribute{
				Required: true, Sensitive: true,
				Validators:          []validator.String{tokenText()},
				MarkdownDescription: "JWT access token to verify.",
			},
			"leeway": dsschema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{durationBetween(0, maxDuration)},
				MarkdownDescription: "Tolerance for `exp`, `iat` and `nbf`; for `iat` and `nbf`, 2 seconds are added, " +
					"because smaller differences between two clocks are not detected. Defaults to `0s`.",
			},
			"required_audience": dsschema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: entries(tokenAudienceEntry()...),
				MarkdownDescription: "Audience entries that the token must contain, such as project IDs, or an empty " +
					"set to accept any audience. Defaults to accepting any audience, with a warning.",
			},
			"project_id": dsschema.StringAttribute{
				Optional: true, Validators: []validator.String{objectID()},
				MarkdownDescription: "ID of the project whose roles apply, required if `required_roles` is set. " +
					"Defaults to none.",
			},
			"header_json": computedString("Header of the token as JSON, even if the signature is invalid. " +
				"Null if the header cannot be decoded."),
		}),
		read: readTokenVerification,
	}
}

type tokenVerificationModel struct {
	Token      types.String `tfsdk:"token"`
	Leeway     types.String `tfsdk:"leeway"`
	HeaderJSON types.String `tfsdk:"header_json"`
	policy
	claims
}

func readTokenVerification(ctx context.Context, s *session, m *tokenVerificationModel) diag.Diagnostics {
	client, diags := s.client()
	if diags.HasError() {
		return diags
	}
	diags.Append(m.warnOfAudience()...)
	found, err := client.Verify(ctx, key.NewSecret(m.Token.ValueString()), m.requirements(), duration(m.Leeway, 0))
	diags.Append(s.warnOfSkew(client)...)
	if err != nil {
		return append(diags, s.diagnose("verify token", path.Empty(), err)...)
	}
	verified := found.Claims
	if verified == nil {
		verified = &token.Claims{}
	}
	m.HeaderJSON = orNull(found.Header)
	m.claims = newClaims(verified, client.ServerTime())
	diags.Append(m.report(verified, found.Failures)...)
	return diags
}

// warnOfAudience returns a warning if required_audience is null. It does not warn about an
// empty set, which explicitly accepts any audience.
func (m *tokenVerificationModel) warnOfAudience() diag.Diagnostics {
	if m.RequiredAudience != nil {
		return nil
	}
	return warn(path.Root("required_audience"), fault.New("audience-not-checked"))
}
