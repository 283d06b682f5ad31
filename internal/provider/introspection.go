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
		name: "introspection",
		summary: "The status of a token as ZITADEL reports it to an application: whether the token is active, its " +
			"user, and the roles that were granted. An inactive token is a result, not an error. An outage of ZITADEL " +
			"or its database is an error, not a result. If the instance has no introspection endpoint, as planned for " +
			"the next generation of ZITADEL, use `zitadel_token_verification` instead.",
		standards: "[RFC 7662](https://www.rfc-editor.org/rfc/rfc7662) and [RFC 7523, section " +
			"2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)",
		attributes: join(claimAttributes(), policyAttributes(), map[string]dsschema.Attribute{
			"credentials": credentialsAttribute(anyForm),
			"token": dsschema.StringAttribute{
				Required: true, Sensitive: true,
				Validators:          []validator.String{tokenText()},
				MarkdownDescription: "Access token or personal access token to introspect.",
			},
			"active": computedBool("Whether the token is active for the application that introspects it."),
		}),
		read: readIntrospection,
	}
}

type introspectionModel struct {
	Credentials *credentialsConfig `tfsdk:"credentials"`
	Token       types.String       `tfsdk:"token"`
	Active      types.Bool         `tfsdk:"active"`
	policy
	claims
}

func readIntrospection(ctx context.Context, s *session, m *introspectionModel) diag.Diagnostics {
	client, given, diags := s.open(m.Credentials, key.Application)
	if diags.HasError() {
		return diags
	}
	token := key.NewSecret(m.Token.ValueString())
	found, err := client.Introspect(ctx, given, token)
	diags.Append(s.warnOfSkew(client)...)
	if err != nil {
		diags.Append(s.credentialsFault("introspect token", m.Credentials, err)...)
		return diags
	}
	now := client.ServerTime()
	m.Active = types.BoolValue(found.Active)
	m.claims = newClaims(&found.Claims, now)
	failures := found.Evaluate(m.requirements(), token.Reveal(), client.DeclaredIssuer(), now)
	diags.Append(m.report(&found.Claims, failures)...)
	return diags
}
