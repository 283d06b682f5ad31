package provider

import (
	"context"
	"errors"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

func keyInfo() twin[keyInfoModel] {
	return twin[keyInfoModel]{
		name:      "key_info",
		summary:   "What a ZITADEL key is: whom it speaks for, and when it ends. No request is made, and a key that has ended can be looked at.",
		standards: "[RFC 7523](https://www.rfc-editor.org/rfc/rfc7523) and [RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)",
		attributes: join(pick(credentialAttributes(""), "key_json", "key_file"), map[string]dsschema.Attribute{
			"type":           endpointAttribute("`serviceaccount` or `application`."),
			"key_id":         endpointAttribute("Id of the key."),
			"user_id":        endpointAttribute("Id of the service account, null of an application."),
			"client_id":      endpointAttribute("Client id of the application, null of a service account."),
			"app_id":         endpointAttribute("Id of the application, null of a service account."),
			"public_key_pem": endpointAttribute("Public half of the key as PEM."),
			"jwk_thumbprint": endpointAttribute("SHA-256 thumbprint of the public half (RFC 7638)."),
			"key_size": dsschema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Size of the RSA key in bits.",
			},
			"expires_at": instantAttribute("When ZITADEL stops accepting the key, null if the key JSON does not say."),
			"expires_in": dsschema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Whole seconds until then at the moment of reading, so it differs each time; `0` of a key that has ended.",
			},
		}),
		read: readKeyInfo,
	}
}

type keyInfoModel struct {
	KeyJSON types.String `tfsdk:"key_json"`
	KeyFile types.String `tfsdk:"key_file"`

	Type          types.String `tfsdk:"type"`
	KeyID         types.String `tfsdk:"key_id"`
	UserID        types.String `tfsdk:"user_id"`
	ClientID      types.String `tfsdk:"client_id"`
	AppID         types.String `tfsdk:"app_id"`
	KeySize       types.Int64  `tfsdk:"key_size"`
	PublicKeyPEM  types.String `tfsdk:"public_key_pem"`
	JWKThumbprint types.String `tfsdk:"jwk_thumbprint"`
	ExpiresAt     types.String `tfsdk:"expires_at"`
	ExpiresIn     types.Int64  `tfsdk:"expires_in"`
}

func readKeyInfo(_ context.Context, s *session, m *keyInfoModel) diag.Diagnostics {
	k, diags := m.key(s)
	if diags.HasError() {
		return diags
	}
	public, pemError := k.PublicPEM()
	thumbprint, thumbprintError := k.Thumbprint()
	if err := errors.Join(pemError, thumbprintError); err != nil {
		return append(diags, diagnose("read key", err, nil)...)
	}
	m.Type, m.KeyID = types.StringValue(string(k.Type)), types.StringValue(k.ID)
	m.UserID, m.ClientID, m.AppID = orNull(k.UserID), orNull(k.ClientID), orNull(k.AppID)
	m.KeySize = types.Int64Value(int64(k.Bits()))
	m.PublicKeyPEM, m.JWKThumbprint = types.StringValue(public), types.StringValue(thumbprint)
	m.ExpiresAt, m.ExpiresIn = instant(k.ExpiresAt), secondsLeft(k.ExpiresAt, s.now())
	return diags
}

// key is the block's own key, or the provider's.
func (m *keyInfoModel) key(s *session) (*key.Key, diag.Diagnostics) {
	own := &credentials{KeyJSON: m.KeyJSON, KeyFile: m.KeyFile}
	if len(own.written()) > 0 {
		if diags := own.check(path.Empty()); diags.HasError() {
			return nil, diags
		}
		found, err := s.read(own)
		return found.Key, argumentDiagnostics(err)
	}
	found, diags := s.authenticate(nil)
	if found.Key == nil && !diags.HasError() {
		diags.AddError("Unable to read key", "There is no key to look at.\n\nSet key_file or key_json, in this block or on the provider.")
	}
	return found.Key, diags
}
