package provider

import (
	"context"
	"encoding/json"
	"errors"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// revocation declares what only the ephemeral resource does: it revokes the token when the run
// no longer needs it, and warns if the token expires while the run still uses it.
func revocation() ephemeralOnly[accessTokenModel] {
	return ephemeralOnly[accessTokenModel]{
		attributes: map[string]dsschema.Attribute{
			"revoke_with": dsschema.SingleNestedAttribute{
				Optional:   true,
				Attributes: revokerAttributes(),
				Validators: []validator.Object{oneForm("revoke_with", "key_json, key_file, or client_id with client_secret")},
				MarkdownDescription: "Credentials of the OIDC application that revokes the token, including all copies " +
					"of it, once no operation of the run needs the token, even after an interrupt; the application's " +
					"client ID is added to the token's audience, and the CLI stores the token in memory until it is " +
					"revoked. Defaults to none.",
			},
		},
		keep:      func(m *accessTokenModel) []byte { return m.kept() },
		close:     revoke,
		expiresAt: func(m *accessTokenModel) types.String { return m.ExpiresAt },
	}
}

// revokerAttributes returns the attributes of revoke_with. Its client_id must be a client ID of ZITADEL,
// because it becomes part of a scope.
func revokerAttributes() map[string]dsschema.Attribute {
	attributes := pick(credentialAttributes(""), "key_json", "key_file", "client_id", "client_secret")
	if id, ok := attributes["client_id"].(dsschema.StringAttribute); ok {
		attributes["client_id"] = alsoValidated(id, valid(revokerID))
	}
	return attributes
}

// revokerID returns a fault unless text has the form of an application's client ID. It returns none for
// an empty text and for characters around a client ID, which other validators report.
func revokerID(text string) error {
	if isReported := text == "" || unpaddedLine(text) != nil; isReported {
		return nil
	}
	return zitadel.CheckClientID(text)
}

// request requests the token. If the block sets revoke_with, the client holds the token until
// [revoke] releases it.
func (m *accessTokenModel) request(
	ctx context.Context, s *session, client *zitadel.Client, request zitadel.TokenRequest,
) (*zitadel.Token, diag.Diagnostics) {
	if m.RevokeWith == nil {
		token, err := client.AccessToken(ctx, request)
		return token, s.credentialsFault("get access token", m.Credentials, err)
	}
	at := path.Root("revoke_with")
	revoker, diags := s.load(m.RevokeWith, at, key.Application)
	if diags.HasError() {
		return nil, diags
	}
	if err := client.CheckRevoker(revoker); err != nil {
		return nil, append(diags, argumentFault(at, err)...)
	}
	token, err := client.HoldToken(ctx, request, revoker)
	if fault.Is(err, "revocation-unavailable") {
		return nil, append(diags, argumentFault(at, fault.New("revocation-unavailable"))...)
	}
	diags.Append(s.credentialsFault("get access token", m.Credentials, err)...)
	return token, diags
}

// held is the private data that Close requires. It does not contain the credentials in
// revoke_with, which remain in the provider's memory.
type held struct {
	AccessToken string `json:"access_token"`
	ExpiresAt   string `json:"expires_at"`
}

// kept returns the private data for Close, or nil if Close has no token to revoke.
func (m *accessTokenModel) kept() []byte {
	if m.RevokeWith == nil {
		return nil
	}
	encoded, err := json.Marshal(held{AccessToken: m.AccessToken.ValueString(), ExpiresAt: m.ExpiresAt.ValueString()})
	if err != nil {
		return nil // cannot happen: both members are strings
	}
	return encoded
}

// revoke releases the token in the private data. If the token cannot be revoked, revoke returns
// a warning instead of an error, because no operation needs the token anymore and it will expire.
func revoke(ctx context.Context, s *session, private []byte) diag.Diagnostics {
	var token held
	if err := json.Unmarshal(private, &token); err != nil {
		return s.notRevoked(fault.New("revocable-unreadable"))
	}
	client, unusable := s.client()
	if unusable.HasError() {
		return unusable // not expected: the token was requested with this client
	}
	if err := client.ReleaseToken(ctx, key.NewSecret(token.AccessToken)); err != nil {
		return s.notRevoked(errors.Join(fault.New("token-not-revoked", "expires_at", token.ExpiresAt), err))
	}
	return nil
}

// notRevoked returns a warning with err, the reason why a token was not revoked.
func (s *session) notRevoked(err error) diag.Diagnostics {
	summary, detail := diagnosticText("revoke token", err, s.configuration.connectionSettings())
	return diag.Diagnostics{diag.NewWarningDiagnostic(summary, detail)}
}
