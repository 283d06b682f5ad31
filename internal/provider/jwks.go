package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func jwks() twin[jwksModel] {
	return twin[jwksModel]{
		name:     "jwks",
		dataOnly: true,
		summary: "The issuer's public keys, which gateways and other programs use to verify tokens. The keys " +
			"change when ZITADEL rotates them. No credentials are required.",
		standards: "[RFC 7517, section 5](https://www.rfc-editor.org/rfc/rfc7517#section-5)",
		attributes: map[string]dsschema.Attribute{
			"keys": dsschema.ListNestedAttribute{
				Computed: true,
				NestedObject: dsschema.NestedAttributeObject{Attributes: map[string]dsschema.Attribute{
					"kid": computedString("Key ID, as in the header of a token."),
					"kty": computedString("Key type: `RSA`, `EC` or `OKP`."),
					"alg": computedString("Algorithm of the key. Null if the document contains none."),
					"use": computedString("Use of the key, `sig` for signatures. Null if the document " +
						"contains none."),
					"public_key_pem": computedString("PEM-encoded public key."),
				}},
				MarkdownDescription: "Keys in document order, except keys of unsupported types and RSA keys with fewer " +
					"than 2048 bits. Empty while the instance publishes no keys, as in ZITADEL v2 before the first " +
					"token is signed.",
			},
			"document_json": computedString("Complete document as JSON."),
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
		return append(diags, s.diagnose("read signing keys", path.Empty(), err)...)
	}
	m.Keys = []jwkModel{}
	for _, k := range set.Keys {
		m.Keys = append(m.Keys, jwkModel{
			KeyID: orNull(k.ID), KeyType: orNull(k.Type), Algorithm: orNull(k.Algorithm), Use: orNull(k.Use),
			PublicKeyPEM: orNull(k.PEM),
		})
	}
	m.DocumentJSON = orNull(set.JSON)
	return diags
}
