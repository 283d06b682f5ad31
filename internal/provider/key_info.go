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
		summary:   "The properties of a ZITADEL key: its user or application, its size and its expiration. No request is sent. An expired key is not an error.",
		standards: "[RFC 7523](https://www.rfc-editor.org/rfc/rfc7523) and [RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)",
		attributes: join(pick(credentialAttributes("the provider's key"), "key_json", "key_file"), map[string]dsschema.Attribute{
			"type":           endpointAttribute("Type of the key: `serviceaccount` or `application`."),
			"key_id":         endpointAttribute("Key ID."),
			"user_id":        endpointAttribute("Service account ID. Null for application keys."),
			"client_id":      endpointAttribute("Client ID of the application. Null for service account keys."),
			"app_id":         endpointAttribute("Application ID. Null for service account keys."),
			"public_key_pem": endpointAttribute("PEM of the public key."),
			"jwk_thumbprint": endpointAttribute("SHA-256 thumbprint of the public key (RFC 7638)."),
			"key_size": dsschema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Size of the RSA key in bits.",
			},
			"expires_at": endpointAttribute("Time at which the key expires, in RFC 3339 and UTC. Null if the key JSON contains none."),
			"expires_in": dsschema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Whole seconds from the time of reading until the key expires, `0` for an expired key. Null if the key JSON contains no expiration.",
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
