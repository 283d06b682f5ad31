package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func openIDConfiguration() twin[openIDConfigurationModel] {
	return twin[openIDConfigurationModel]{
		name:     "openid_configuration",
		dataOnly: true,
		summary:  "The issuer's discovery document, for gateways and other programs. No credentials are required.",
		standards: "[OpenID Connect Discovery 1.0](https://openid.net/specs/openid-connect-discovery-1_0.html) and " +
			"[RFC 8414](https://www.rfc-editor.org/rfc/rfc8414)",
		attributes: map[string]dsschema.Attribute{
			"issuer":                        computedString("Issuer as it appears in tokens."),
			"authorization_endpoint":        computedString("URL of the authorization endpoint."),
			"token_endpoint":                computedString("URL of the token endpoint."),
			"introspection_endpoint":        computedString("URL of the introspection endpoint."),
			"userinfo_endpoint":             computedString("URL of the userinfo endpoint."),
			"revocation_endpoint":           computedString("URL of the revocation endpoint."),
			"end_session_endpoint":          computedString("URL of the end session endpoint, for logout."),
			"device_authorization_endpoint": computedString("URL of the device authorization endpoint."),
			"jwks_uri":                      computedString("URL of the issuer's public keys."),
			"scopes_supported":              computedSet("Scopes that the issuer declares; ZITADEL supports more."),
			"grant_types_supported":         computedSet("Grant types that the issuer declares; ZITADEL supports more."),
			"document_json":                 computedString("Complete document as JSON."),
		},
		read: readOpenIDConfiguration,
	}
}

type openIDConfigurationModel struct {
	Issuer                      types.String `tfsdk:"issuer"`
	AuthorizationEndpoint       types.String `tfsdk:"authorization_endpoint"`
	TokenEndpoint               types.String `tfsdk:"token_endpoint"`
	IntrospectionEndpoint       types.String `tfsdk:"introspection_endpoint"`
	UserinfoEndpoint            types.String `tfsdk:"userinfo_endpoint"`
	RevocationEndpoint          types.String `tfsdk:"revocation_endpoint"`
	EndSessionEndpoint          types.String `tfsdk:"end_session_endpoint"`
	DeviceAuthorizationEndpoint types.String `tfsdk:"device_authorization_endpoint"`
	JWKSURI                     types.String `tfsdk:"jwks_uri"`
	ScopesSupported             []string     `tfsdk:"scopes_supported"`
	GrantTypesSupported         []string     `tfsdk:"grant_types_supported"`
	DocumentJSON                types.String `tfsdk:"document_json"`
}

func readOpenIDConfiguration(ctx context.Context, s *session, m *openIDConfigurationModel) diag.Diagnostics {
	client, diags := s.client()
	if diags.HasError() {
		return diags
	}
	found, err := client.Configuration(ctx)
	if err != nil {
		return append(diags, s.diagnose("read OpenID configuration", path.Empty(), err)...)
	}
	*m = openIDConfigurationModel{
		Issuer:                      orNull(found.Issuer),
		AuthorizationEndpoint:       orNull(found.AuthorizationEndpoint),
		TokenEndpoint:               orNull(found.TokenEndpoint),
		IntrospectionEndpoint:       orNull(found.IntrospectionEndpoint),
		UserinfoEndpoint:            orNull(found.UserinfoEndpoint),
		RevocationEndpoint:          orNull(found.RevocationEndpoint),
		EndSessionEndpoint:          orNull(found.EndSessionEndpoint),
		DeviceAuthorizationEndpoint: orNull(found.DeviceEndpoint),
		JWKSURI:                     orNull(found.JWKSURI),
		ScopesSupported:             distinct(found.ScopesSupported),
		GrantTypesSupported:         distinct(found.GrantTypesSupported),
		DocumentJSON:                orNull(found.JSON),
	}
	return diags
}
