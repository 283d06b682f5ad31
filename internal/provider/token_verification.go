package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

func tokenVerification() twin[tokenVerificationModel] {
	return twin[tokenVerificationModel]{
		name:      "token_verification",
		summary:   "A JWT that is verified locally: its signature against the issuer's keys, its issuer, its times, and your policy. No credentials are required. Revoked tokens are detected by `zitadel_introspection` only.",
		standards: "[RFC 7519, section 7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2) and [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)",
		attributes: join(claimAttributes(), policyAttributes(), map[string]dsschema.Attribute{
			"token": dsschema.StringAttribute{
				Required: true, Sensitive: true,
				Validators:          []validator.String{tokenText()},
				MarkdownDescription: "JWT access token to verify.",
			},
			"leeway": dsschema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{durationBetween(0, maxDuration)},
				MarkdownDescription: "Tolerance for the times in the token. Defaults to `0s`.",
			},
			"project_id": dsschema.StringAttribute{
				Optional: true, Validators: []validator.String{projectID()},
				MarkdownDescription: "ID of the project whose roles count, required with `required_roles`. Defaults to none.",
			},
			"header_json": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Header of the token as JSON, also of a token whose signature is invalid. Null if it is malformed.",
			},
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
	if len(m.RequiredRoles) > 0 && m.ProjectID.IsNull() {
		diags.AddAttributeError(path.Root("project_id"), "Unable to use required_roles", "required_roles is set without project_id. A token can hold roles of several projects, which are never merged: set project_id to the one that counts.")
	}
	if diags.HasError() {
		return diags
	}
	found, err := client.Verify(ctx, key.NewSecret(m.Token.ValueString()), m.rules(), duration(m.Leeway, 0))
	diags.Append(s.warnOfSkew(client)...)
	if err != nil {
		return append(diags, diagnose("verify token", err, nil)...)
	}
	told := found.Claims
	if told == nil {
		told = &oauth.Claims{}
	}
	m.HeaderJSON = orNull(found.Header)
	m.claims = newClaims(told, client.ServerTime())
	diags.Append(m.judge("accept token", told, found.Failures)...)
	return diags
}
