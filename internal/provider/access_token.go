package provider

import (
	"context"
	"slices"
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func accessToken() twin[accessTokenModel] {
	return twin[accessTokenModel]{
		name: "access_token",
		summary: "A ZITADEL access token for a service account, requested with a key (JWT bearer grant) or with a " +
			"client ID and secret (client credentials grant). Identical blocks share one request.",
		standards: "[RFC 7523, section 2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1) and [RFC 6749, " +
			"section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)",
		attributes: join(tokenAttributes(), map[string]dsschema.Attribute{
			"credentials": credentialsAttribute(anyForm),
			"scopes": dsschema.SetAttribute{
				ElementType: types.StringType,
				Optional:    true,
				Validators:  entries(scopeToken()),
				MarkdownDescription: "Scopes to request. Defaults to `openid` and, without `project_ids`, " +
					"`urn:zitadel:iam:org:project:id:zitadel:aud`, which adds ZITADEL's own API to the audience.",
			},
			"project_ids": dsschema.SetAttribute{
				ElementType: types.StringType,
				Optional:    true,
				Validators:  entries(objectID()),
				MarkdownDescription: "IDs (not names) of the projects that the token is for, or `zitadel` for ZITADEL's own " +
					"API; each ID adds the `urn:zitadel:iam:org:project:id:{id}:aud` scope, and ZITADEL does not check that " +
					"the project exists. Defaults to none.",
			},
			"min_validity": dsschema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{durationBetween(0, maxDuration)},
				MarkdownDescription: "Minimum remaining lifetime of a shared token; a new token with a shorter " +
					"lifetime causes a warning. Defaults to `5m`.",
			},
		}),
		read:      readAccessToken,
		ephemeral: revocation(),
	}
}

type accessTokenModel struct {
	Credentials *credentialsConfig `tfsdk:"credentials"`
	Scopes      []string           `tfsdk:"scopes"`
	ProjectIDs  []string           `tfsdk:"project_ids"`
	MinValidity types.String       `tfsdk:"min_validity"`

	tokenResults

	// RevokeWith is always nil in the data source. Its Assertion is always null.
	RevokeWith *credentialsConfig `tfsdk:"revoke_with"`
}

func readAccessToken(ctx context.Context, s *session, m *accessTokenModel) diag.Diagnostics {
	client, given, diags := s.open(m.Credentials, key.ServiceAccount)
	if diags.HasError() {
		return diags
	}
	minValidity := duration(m.MinValidity, 5*time.Minute)
	issued, more := m.request(ctx, s, client, zitadel.TokenRequest{
		Credentials: given, Scopes: m.scopes(), MinValidity: minValidity,
	})
	diags.Append(s.warnOfSkew(client)...)
	diags.Append(more...)
	if diags.HasError() {
		return diags
	}
	diags.Append(s.warnOfLifetime(issued, given, minValidity)...)
	m.tokenResults = newTokenResults(issued, client.ServerTime())
	return diags
}

// scopes returns the scopes to request: the configured scopes or the default, plus one
// scope for each project. The default adds ZITADEL's own API to the audience only if no
// project is configured, because anyone who receives the token can then call the API.
func (m *accessTokenModel) scopes() []string {
	scopes := slices.Clone(m.Scopes)
	if m.Scopes == nil {
		scopes = []string{"openid"}
		if len(m.ProjectIDs) == 0 {
			scopes = append(scopes, token.ProjectScope(token.APIProject))
		}
	}
	for _, id := range m.ProjectIDs {
		scopes = append(scopes, token.ProjectScope(id))
	}
	return scopes
}
