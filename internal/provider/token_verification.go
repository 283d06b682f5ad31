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
	return twin[tokenVerificationModel]{
		name: "token_verification",
		summary: "A JWT access token that is verified locally: its signature against the issuer's keys, its " +
			"issuer, its times, and your policy. No credentials are required. Revoked tokens are detected by " +
			"`zitadel_introspection` only.",
		standards: "[RFC 7519, section 7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2) and [RFC " +
			"8725](https://www.rfc-editor.org/rfc/rfc8725)",
		attributes: join(claimAttributes(), policyAttributes(rolesOfProject), map[string]dsschema.Attribute{
			"token": dsschema.StringAttribute{
				Required: true, Sensitive: true,
				Validators:          []validator.String{tokenText()},
				MarkdownDescription: "JWT access token to verify.",
			},
			"leeway": dsschema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{durationBetween(0, maxDuration)},
				MarkdownDescription: "Tolerance for `exp`, and for `iat` and `nbf` in addition to the 2 seconds by " +
					"which two " +
					"clocks may differ unnoticed. Defaults to `0s`.",
			},
			"required_audience": dsschema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: entries(notEmpty(), valid(unpadded)),
				MarkdownDescription: "Audience entries that the token must contain, such as project IDs, or an " +
					"empty set to " +
					"accept any audience. Defaults to any audience, with a warning.",
			},
			"project_id": dsschema.StringAttribute{
				Optional: true, Validators: []validator.String{projectID()},
				MarkdownDescription: "ID of the project whose roles apply, required with `required_roles`. " +
					"Defaults to none.",
			},
			"header_json": dsschema.StringAttribute{
				Computed: true,
				MarkdownDescription: "Header of the token as JSON, also of a token whose signature is invalid. " +
					"Null if it is malformed.",
			},
		}),
		read: readTokenVerification,
	}
}

// rolesOfProject validates that project_id is set with required_roles.
var rolesOfProject = requires("project_id", "project-id-missing")

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
		return append(diags, diagnose("verify token", path.Empty(), err)...)
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

// warnOfAudience returns a warning if required_audience is null. An empty set accepts
// any audience.
func (m *tokenVerificationModel) warnOfAudience() diag.Diagnostics {
	if m.RequiredAudience != nil {
		return nil
	}
	return warn("", path.Root("required_audience"), fault.New("audience-not-checked"))
}
