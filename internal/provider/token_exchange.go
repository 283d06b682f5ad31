package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func tokenExchange() twin[tokenExchangeModel] {
	return twin[tokenExchangeModel]{
		name: "token_exchange",
		summary: "A token that an OIDC application requests in exchange for another token. The new token can have " +
			"fewer scopes, a different format or, if ZITADEL allows impersonation, a different user. Before ZITADEL " +
			"v4.11, the `oidcTokenExchange` instance feature must be enabled. Each block sends its own request.",
		standards: "[RFC 8693](https://www.rfc-editor.org/rfc/rfc8693)",
		attributes: join(tokenAttributes(), map[string]dsschema.Attribute{
			"credentials": credentialsAttribute(anyForm),
			"subject_token": dsschema.StringAttribute{
				Required: true, Sensitive: true,
				Validators: []validator.String{wholeToken()},
				MarkdownDescription: "Token to exchange, or a user ID if `subject_token_type` is `user_id`; after ZITADEL " +
					"v4.13, the audience of the token must include the application or its project.",
			},
			"subject_token_type": alsoValidated(typeAttribute("Type of `subject_token`: `access_token`, `id_token`, "+
				"`refresh_token` (which ZITADEL does not support yet), `jwt` (signed with the application's key) or "+
				"`user_id`; the last two require `actor_token`. Defaults to `access_token`.",
				zitadel.TypeAccessToken, zitadel.TypeIDToken, zitadel.TypeRefreshToken, zitadel.TypeJWT,
				zitadel.TypeUserID), together("actor_token", actorOfSubject)),
			"actor_token": dsschema.StringAttribute{
				Optional: true, Sensitive: true,
				Validators:          []validator.String{wholeToken()},
				MarkdownDescription: "Token of the user acting for the subject. Defaults to none.",
			},
			"actor_token_type": alsoValidated(typeAttribute("Type of `actor_token`: `access_token`, `id_token`, "+
				"`refresh_token` or `jwt`; ZITADEL supports only the first two. Defaults to `access_token`.",
				zitadel.TypeAccessToken, zitadel.TypeIDToken, zitadel.TypeRefreshToken, zitadel.TypeJWT),
				requires("actor_token", "actor-token-missing")),
			"requested_token_type": typeAttribute("Type of the token to request: `access_token`, `id_token` or "+
				"`jwt`. Defaults to `access_token`.",
				zitadel.TypeAccessToken, zitadel.TypeIDToken, zitadel.TypeJWT),
			"scopes": dsschema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: entries(scopeToken()),
				MarkdownDescription: "Scopes to request, which must be a subset of the subject token's scopes; ZITADEL " +
					"up to v4.13 does not enforce this. Defaults to all scopes of the subject token.",
			},
			"audience": dsschema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: entries(tokenAudienceEntry()...),
				MarkdownDescription: "Audience to request, which must be a subset of the subject token's audience. " +
					"Defaults to the subject token's audience.",
			},
			"issued_token_type": computedString("Type of the issued token."),
			"granted_scopes": computedSet("Scopes that were granted: those in the response or, if it contains none, " +
				"`scopes`; ZITADEL up to v4.13 also grants scopes that the subject token does not have."),
		}),
		read: readTokenExchange,
		ephemeral: ephemeralOnly[tokenExchangeModel]{
			expiresAt: func(m *tokenExchangeModel) types.String { return m.ExpiresAt },
		},
	}
}

// actorOfSubject returns a fault if the type of the subject token requires an actor token, but none
// is set.
func actorOfSubject(subjectType attr.Value, actor types.String) error {
	text, _ := subjectType.(types.String)
	switch given := zitadel.TokenType(text.ValueString()); given {
	case zitadel.TypeUserID, zitadel.TypeJWT:
		if actor.IsNull() {
			return fault.New("subject-without-actor", "type", string(given))
		}
	case zitadel.TypeAccessToken, zitadel.TypeIDToken, zitadel.TypeRefreshToken:
	}
	return nil
}

// typeAttribute returns an attribute whose value must be one of the accepted token types.
func typeAttribute(description string, accepted ...zitadel.TokenType) dsschema.StringAttribute {
	names := make([]string, len(accepted))
	for i, each := range accepted {
		names[i] = string(each)
	}
	return dsschema.StringAttribute{
		Optional: true, MarkdownDescription: description,
		Validators: []validator.String{oneTokenType(names)},
	}
}

// oneTokenType validates that a string is one of the accepted short names of token types. Its fault
// contains no part of the string, which may be a token. If the string is the URI of an accepted type, or
// its name with different capitalization, in quotes or after whitespace, the fault suggests the name.
func oneTokenType(accepted []string) validator.String {
	return valid(func(text string) error {
		if slices.Contains(accepted, text) {
			return nil
		}
		_, clean := pasted.Around(strings.ToLower(text))
		suggestion := clean[strings.LastIndex(clean, ":")+1:]
		if !slices.Contains(accepted, suggestion) {
			suggestion = ""
		}
		return fault.New("token-type-invalid", "accepted", accepted, "suggestion", suggestion)
	})
}

type tokenExchangeModel struct {
	Credentials        *credentialsConfig `tfsdk:"credentials"`
	SubjectToken       types.String       `tfsdk:"subject_token"`
	SubjectTokenType   types.String       `tfsdk:"subject_token_type"`
	ActorToken         types.String       `tfsdk:"actor_token"`
	ActorTokenType     types.String       `tfsdk:"actor_token_type"`
	RequestedTokenType types.String       `tfsdk:"requested_token_type"`
	Scopes             []string           `tfsdk:"scopes"`
	Audience           []string           `tfsdk:"audience"`

	tokenResults
	IssuedTokenType types.String `tfsdk:"issued_token_type"`
	GrantedScopes   []string     `tfsdk:"granted_scopes"`
}

func readTokenExchange(ctx context.Context, s *session, m *tokenExchangeModel) diag.Diagnostics {
	client, given, diags := s.open(m.Credentials, key.Application)
	if diags.HasError() {
		return diags
	}
	found, err := client.ExchangeToken(ctx, zitadel.ExchangeRequest{
		Credentials:        given,
		SubjectToken:       key.NewSecret(m.SubjectToken.ValueString()),
		SubjectTokenType:   tokenType(m.SubjectTokenType),
		ActorToken:         key.NewSecret(m.ActorToken.ValueString()),
		ActorTokenType:     tokenType(m.ActorTokenType),
		RequestedTokenType: tokenType(m.RequestedTokenType),
		Scopes:             m.Scopes,
		Audience:           m.Audience,
	})
	diags.Append(s.warnOfSkew(client)...)
	if err != nil {
		return append(diags, s.credentialsFault("exchange token", m.Credentials, err)...)
	}
	m.tokenResults = newTokenResults(found.Token, client.ServerTime())
	m.IssuedTokenType = orNull(found.IssuedTokenType)
	m.GrantedScopes = distinct(found.Scopes)
	return diags
}

// tokenType returns the token type in a validated argument, or
// [zitadel.TypeAccessToken] if the argument is null.
func tokenType(value types.String) zitadel.TokenType {
	if value.IsNull() {
		return zitadel.TypeAccessToken
	}
	return zitadel.TokenType(value.ValueString())
}
