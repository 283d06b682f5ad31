package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func jwks() twin[jwksModel] {
	return twin[jwksModel]{
		name:      "jwks",
		dataOnly:  true,
		summary:   "The public keys that the issuer signs tokens with, to configure gateways and other programs with. They change when ZITADEL rotates its keys. No credentials are needed.",
		standards: "[RFC 7517, section 5](https://www.rfc-editor.org/rfc/rfc7517#section-5)",
		attributes: map[string]dsschema.Attribute{
			"keys": dsschema.ListNestedAttribute{
				Computed: true,
				NestedObject: dsschema.NestedAttributeObject{Attributes: map[string]dsschema.Attribute{
					"kid":            endpointAttribute("Id of the key, as in the header of a token."),
					"kty":            endpointAttribute("Type of the key: `RSA`, `EC` or `OKP`."),
					"alg":            endpointAttribute("Algorithm that the key is for, null if it does not say."),
					"use":            endpointAttribute("What the key is for, `sig` for signatures, null if it does not say."),
					"public_key_pem": endpointAttribute("The public key as PEM."),
				}},
				MarkdownDescription: "Keys in the order of the document, without unsupported ones and RSA keys of " +
					"fewer than 2048 bits; empty before the instance has published a key.",
			},
			"document_json": endpointAttribute("The whole document as JSON."),
		},
		read: readJWKS,
	}
}

type jwksModel struct {
	Keys         []jwkModel   `tfsdk:"keys"`
	DocumentJSON types.String `tfsdk:"document_json"`
}

type jwkModel struct {
	KeyID        types.String `tfsdk:"kid"`
	KeyType      types.String `tfsdk:"kty"`
	Algorithm    types.String `tfsdk:"alg"`
	Use          types.String `tfsdk:"use"`
	PublicKeyPEM types.String `tfsdk:"public_key_pem"`
}

func readJWKS(ctx context.Context, s *session, m *jwksModel) diag.Diagnostics {
	client, diags := s.client()
	if diags.HasError() {
		return diags
	}
	set, err := client.KeySet(ctx)
	if err != nil {
		return append(diags, diagnose("read signing keys", err, nil)...)
	}
	m.Keys = []jwkModel{}
	for _, k := range set.Keys {
		m.Keys = append(m.Keys, jwkModel{
			KeyID: orNull(k.ID), KeyType: orNull(k.Type), Algorithm: orNull(k.Algorithm), Use: orNull(k.Use), PublicKeyPEM: orNull(k.PEM),
		})
	}
	m.DocumentJSON = orNull(set.JSON)
	return diags
}
