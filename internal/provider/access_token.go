package provider

import (
	"context"
	"slices"
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// defaultScopes are the scopes of a token when none are given: a token that
// ZITADEL's own APIs accept.
func defaultScopes() []string { return []string{"openid", projectScope("zitadel")} }

// projectScope is the scope that puts a project into a token's audience.
func projectScope(id string) string { return "urn:zitadel:iam:org:project:id:" + id + ":aud" }

func accessToken() twin[accessTokenModel] {
	return twin[accessTokenModel]{
		name:      "access_token",
		summary:   "An access token of ZITADEL: by the jwt-bearer grant with the key of a service account, or by the client credentials grant with its id and secret. Blocks that ask for the same share one request.",
		standards: "[RFC 7523, section 2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1) and [RFC 6749, section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)",
		attributes: join(tokenAttributes(), map[string]dsschema.Attribute{
			"credentials": credentialsAttribute(),
			"scopes": dsschema.SetAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(scopeToken())},
				MarkdownDescription: "Scopes to ask for. Defaults to `openid` and `urn:zitadel:iam:org:project:id:zitadel:aud`.",
			},
			"project_ids": dsschema.SetAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(projectID())},
				MarkdownDescription: "Projects that the token is for: each adds the scope `urn:zitadel:iam:org:project:id:{id}:aud`.",
			},
			"min_validity": dsschema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{durationBetween(0, maxDuration)},
				MarkdownDescription: "How long a token must still live to be shared with another block; a new token with less gets a warning. Defaults to `5m`.",
			},
		}),
		read:      readAccessToken,
		ephemeral: revocation(),
	}
}

type accessTokenModel struct {
	Credentials *credentials `tfsdk:"credentials"`
	Scopes      []string     `tfsdk:"scopes"`
	ProjectIDs  []string     `tfsdk:"project_ids"`
	MinValidity types.String `tfsdk:"min_validity"`

	token

	// Of the ephemeral twin only.
	RevokeWith *revokeWith `tfsdk:"revoke_with"`
}

func readAccessToken(ctx context.Context, s *session, m *accessTokenModel) diag.Diagnostics {
	client, given, diags := s.open(m.Credentials)
	if diags.HasError() {
		return diags
	}
	minValidity := duration(m.MinValidity, 5*time.Minute)
	token, more := m.request(ctx, s, client, oauth.TokenRequest{Credentials: given, Scopes: m.scopes(), MinValidity: minValidity})
	diags.Append(s.warnOfSkew(client)...)
	diags.Append(more...)
	if diags.HasError() {
		return diags
	}
	diags.Append(s.warnOfLifetime(token, given, minValidity)...)
	m.token = newToken(token, client.ServerTime())
	return diags
}

// scopes are the scopes to ask for, those of projects included.
func (m *accessTokenModel) scopes() []string {
	scopes := m.Scopes
	if scopes == nil {
		scopes = defaultScopes()
	}
	scopes = slices.Clone(scopes)
	for _, id := range m.ProjectIDs {
		scopes = append(scopes, projectScope(id))
	}
	return scopes
}
