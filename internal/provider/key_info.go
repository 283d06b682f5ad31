package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

func keyInfo() twin[keyInfoModel] {
	return twin[keyInfoModel]{
		name: "key_info",
		summary: "The properties of a ZITADEL key: the user or application that it belongs to, its size and its " +
			"expiration. No request is sent. An expired key is not an error.",
		standards: "[RFC 7523](https://www.rfc-editor.org/rfc/rfc7523), [RFC " +
			"7517](https://www.rfc-editor.org/rfc/rfc7517) and [RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)",
		attributes: join(
			keyArguments(),
			map[string]dsschema.Attribute{
				"type":           computedString("Type of the key: `serviceaccount` or `application`."),
				"key_id":         computedString("Key ID. Null if the key JSON has no `keyId`."),
				"user_id":        computedString("Service account ID. Null for application keys."),
				"client_id":      computedString("Client ID of the application. Null for service account keys."),
				"app_id":         computedString("Application ID. Null for service account keys."),
				"public_key_pem": computedString("PEM-encoded public key."),
				"public_key_jwk": computedString(
					"Public key as a JWK (RFC 7517) in JSON, with the key ID as `kid`, `RS256` as `alg` and `sig` as " +
						"`use`.",
				),
				"jwk_thumbprint": computedString("SHA-256 thumbprint of the public key (RFC 7638)."),
				"key_size":       computedInt64("Size of the RSA key in bits."),
				"expires_at": computedString(
					"Time at which the key expires, as an RFC 3339 timestamp in UTC. Null if the key JSON contains no " +
						"expiration.",
				),
				"expires_in": computedInt64(
					"Whole seconds until the key expires, counted from the time of the read, or `0` for an expired key. " +
						"Null if the key JSON contains no expiration.",
				),
			},
		),
		read: readKeyInfo,
	}
}

// keyArguments returns key_json and key_file, which may not be combined.
func keyArguments() map[string]dsschema.Attribute {
	arguments := pick(credentialAttributes("the provider's key"), "key_json", "key_file")
	if file, ok := arguments["key_file"].(dsschema.StringAttribute); ok {
		arguments["key_file"] = alsoValidated(file, together("key_json", notTwoKeys))
	}
	return arguments
}

// notTwoKeys returns a fault if key_json is set together with key_file.
func notTwoKeys(_ attr.Value, keyJSON types.String) error {
	if keyJSON.IsNull() {
		return nil
	}
	return fault.New("credentials-combined", "arguments", "key_json and key_file")
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
	PublicKeyJWK  types.String `tfsdk:"public_key_jwk"`
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
	jwk, jwkError := k.PublicJWK()
	thumbprint, thumbprintError := k.Thumbprint()
	if err := errors.Join(pemError, jwkError, thumbprintError); err != nil {
		return append(diags, diagnose("read key", path.Empty(), err)...)
	}
	m.Type, m.KeyID = types.StringValue(string(k.Type)), orNull(k.ID)
	m.UserID, m.ClientID, m.AppID = orNull(k.UserID), orNull(k.ClientID), orNull(k.AppID)
	m.KeySize = types.Int64Value(int64(k.Bits()))
	m.PublicKeyPEM, m.PublicKeyJWK = types.StringValue(public), types.StringValue(jwk)
	m.JWKThumbprint = types.StringValue(thumbprint)
	m.ExpiresAt, m.ExpiresIn = instant(k.ExpiresAt), secondsLeft(k.ExpiresAt, s.now())
	return diags
}

// key returns the key that the block sets or, if it sets none, the provider's key.
func (m *keyInfoModel) key(s *session) (*key.Key, diag.Diagnostics) {
	config := &credentialsConfig{KeyJSON: m.KeyJSON, KeyFile: m.KeyFile}
	if len(config.set()) > 0 {
		found, err := s.read(config)
		var wrong *argumentError
		if errors.As(err, &wrong) {
			return nil, argumentFault(path.Root(wrong.argument), wrong.error)
		}
		return found.Key, nil
	}
	found, diags := s.authenticate(nil, "")
	if found.Key == nil && !diags.HasError() {
		diags.Append(diagnose("read key", path.Empty(), fault.New("key-missing",
			"empty", emptyVariables("key_json", "key_file"), "no_arguments", len(s.configuration.Set) == 0))...)
	}
	return found.Key, diags
}
