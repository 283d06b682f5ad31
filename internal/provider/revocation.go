package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// revocation is what the ephemeral access token has beyond the data source: the
// run ends, the token ends.
func revocation() ephemeralOnly[accessTokenModel] {
	return ephemeralOnly[accessTokenModel]{
		attributes: map[string]dsschema.Attribute{
			"revoke_with": dsschema.SingleNestedAttribute{
				Optional:   true,
				Attributes: revokeWithAttributes(),
				Validators: []validator.Object{oneForm{name: "revoke_with", forms: "key_json, key_file, or client_id with client_secret"}},
				MarkdownDescription: "OIDC application that revokes the token, and with it each copy, when the run no longer needs it, " +
					"and after an interrupt when no operation uses it anymore; its client ID is added to the token's audience, " +
					"and the CLI stores the token in memory until then. Defaults to none.",
			},
		},
		keep:      func(m *accessTokenModel) []byte { return m.kept() },
		close:     revoke,
		expiresAt: func(m *accessTokenModel) types.String { return m.ExpiresAt },
	}
}

// revokeWith are the credentials of an application that revokes.
type revokeWith struct {
	KeyJSON      types.String `tfsdk:"key_json"`
	KeyFile      types.String `tfsdk:"key_file"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
}

func revokeWithAttributes() map[string]dsschema.Attribute {
	all := credentialAttributes("")
	delete(all, "assertion")
	return all
}

func (r *revokeWith) credentials() *credentials {
	return &credentials{KeyJSON: r.KeyJSON, KeyFile: r.KeyFile, ClientID: r.ClientID, ClientSecret: r.ClientSecret}
}

// request asks for the token, and holds it if it is to be revoked.
func (m *accessTokenModel) request(ctx context.Context, s *session, client *oauth.Client, request oauth.TokenRequest) (*oauth.Token, diag.Diagnostics) {
	if m.RevokeWith == nil {
		token, err := client.AccessToken(ctx, request)
		return token, diagnose("get access token", err, m.Credentials)
	}
	at := path.Root("revoke_with")
	revoker, diags := s.credentials(m.RevokeWith.credentials(), at)
	if diags.HasError() {
		return nil, diags
	}
	var failure *oauth.Error
	if err := client.CheckRevoker(revoker); errors.As(err, &failure) {
		diags.AddAttributeError(at, "Unable to use revoke_with", detail(failure))
		return nil, diags
	}
	token, err := client.HoldToken(ctx, request, revoker)
	diags.Append(diagnose("get access token", err, m.Credentials)...)
	return token, diags
}

// held is what Close needs, and all that it needs: who revokes is known to the
// process.
type held struct {
	AccessToken string `json:"access_token"`
	ExpiresAt   string `json:"expires_at"`
}

func (m *accessTokenModel) kept() []byte {
	if m.RevokeWith == nil {
		return nil
	}
	encoded, err := json.Marshal(held{AccessToken: m.AccessToken.ValueString(), ExpiresAt: m.ExpiresAt.ValueString()})
	if err != nil {
		return nil // two strings
	}
	return encoded
}

// revoke lets the token go. That it cannot be revoked is a warning: the run has
// done its work, and the token expires.
func revoke(ctx context.Context, s *session, kept []byte) (diags diag.Diagnostics) {
	var token held
	if err := json.Unmarshal(kept, &token); err != nil {
		diags.AddWarning("Unable to revoke token", "What was kept of the token cannot be read. It stays valid until it expires.")
		return diags
	}
	client, unusable := s.client()
	if unusable.HasError() {
		diags.AddWarning("Unable to revoke token", fmt.Sprintf("The token was not revoked. It stays valid until %s.\n\n%s", token.ExpiresAt, unusable[0].Detail()))
		return diags
	}
	if err := client.ReleaseToken(ctx, key.NewSecret(token.AccessToken)); err != nil {
		reason := sentence(err.Error())
		var failure *oauth.Error
		if errors.As(err, &failure) {
			reason = detail(failure)
		}
		diags.AddWarning("Unable to revoke token", fmt.Sprintf("The token was not revoked. It stays valid until %s.\n\n%s", token.ExpiresAt, reason))
	}
	return diags
}
