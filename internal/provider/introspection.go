package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

func introspection() twin[introspectionModel] {
	return twin[introspectionModel]{
		name:      "introspection",
		summary:   "What ZITADEL knows of a token, asked as an application: whether it is active, whom it speaks for, and which roles were granted. A token that is not active is an answer, not an error; that ZITADEL or its database is down is an error, not an answer.",
		standards: "[RFC 7662](https://www.rfc-editor.org/rfc/rfc7662) and [RFC 7523, section 2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)",
		attributes: join(claimAttributes(), policyAttributes(), map[string]dsschema.Attribute{
			"credentials": credentialsAttribute(),
			"token": dsschema.StringAttribute{
				Required: true, Sensitive: true,
				Validators:          []validator.String{tokenText()},
				MarkdownDescription: "Token to ask about: an access token or a personal access token.",
			},
			"active": dsschema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether ZITADEL says that the token is active for the asking application.",
			},
		}),
		read: readIntrospection,
	}
}

type introspectionModel struct {
	Credentials *credentials `tfsdk:"credentials"`
	Token       types.String `tfsdk:"token"`
	Active      types.Bool   `tfsdk:"active"`
	policy
	claims
}

func readIntrospection(ctx context.Context, s *session, m *introspectionModel) diag.Diagnostics {
	client, given, diags := s.open(m.Credentials)
	if diags.HasError() {
		return diags
	}
	token := key.NewSecret(m.Token.ValueString())
	found, err := client.Introspect(ctx, given, token)
	diags.Append(s.warnOfSkew(client)...)
	if err != nil {
		diags.Append(diagnose("introspect token", err, m.Credentials)...)
		return diags
	}
	now := client.ServerTime()
	m.Active = types.BoolValue(found.Active)
	m.claims = newClaims(&found.Claims, now)
	diags.Append(m.report("accept token", &found.Claims, found.Evaluate(m.rules(), token, client.Issuer, now))...)
	return diags
}
