package provider

import (
	"strings"
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// claims are the results that describe a token, from introspection or from the
// token itself.
type claims struct {
	ClientID       types.String                            `tfsdk:"client_id"`
	Subject        types.String                            `tfsdk:"subject"`
	Username       types.String                            `tfsdk:"username"`
	Issuer         types.String                            `tfsdk:"issuer"`
	JWTID          types.String                            `tfsdk:"jwt_id"`
	TokenType      types.String                            `tfsdk:"token_type"`
	Scopes         []string                                `tfsdk:"scopes"`
	Audience       []string                                `tfsdk:"audience"`
	IssuedAt       types.String                            `tfsdk:"issued_at"`
	NotBefore      types.String                            `tfsdk:"not_before"`
	ExpiresAt      types.String                            `tfsdk:"expires_at"`
	ExpiresIn      types.Int64                             `tfsdk:"expires_in"`
	AuthTime       types.String                            `tfsdk:"auth_time"`
	RolesByProject map[string]map[string]map[string]string `tfsdk:"roles_by_project"`
	Metadata       map[string]string                       `tfsdk:"metadata"`
	ResourceOwner  *resourceOwner                          `tfsdk:"resource_owner"`
	Actor          *actor                                  `tfsdk:"actor"`
	ClaimsJSON     types.String                            `tfsdk:"claims_json"`
}

type resourceOwner struct {
	ID            types.String `tfsdk:"id"`
	Name          types.String `tfsdk:"name"`
	PrimaryDomain types.String `tfsdk:"primary_domain"`
}

// actor is the user that impersonates the subject of a token.
type actor struct {
	Subject types.String `tfsdk:"subject"`
	Issuer  types.String `tfsdk:"issuer"`
}

func claimAttributes() map[string]dsschema.Attribute {
	text := func(description string) dsschema.StringAttribute {
		return dsschema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	set := func(description string) dsschema.SetAttribute {
		return dsschema.SetAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
	}
	texts := types.MapType{ElemType: types.StringType}
	return map[string]dsschema.Attribute{
		"client_id": text("Client ID that the token was issued to, which is the user name of a service account. " +
			"Null for a personal access token, and for a JWT of ZITADEL v2.62 that is verified."),
		"subject": text("User ID of the token's subject."),
		"username": dsschema.StringAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "User name of the token's subject. Null without the scope `profile`.",
		},
		"issuer":     text("Issuer of the token."),
		"jwt_id":     text("ID of the token."),
		"token_type": text("Type of the token, `Bearer`."),
		"scopes":     set("Scopes of the token, which prove what was requested and not what was granted."),
		"audience":   set("Audience of the token: IDs of projects and client IDs."),
		"issued_at":  instantAttribute("Time at which the token was issued."),
		"not_before": instantAttribute("Time before which the token is not valid."),
		"expires_at": instantAttribute("Time at which the token expires."),
		"expires_in": dsschema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Whole seconds from the time of reading until the token expires.",
		},
		"auth_time": instantAttribute("Time at which the user authenticated."),
		"roles_by_project": dsschema.MapAttribute{
			ElementType: types.MapType{ElemType: texts}, Computed: true,
			MarkdownDescription: "Domains of the organizations that granted a role, by project ID, role and " +
				"organization ID.",
		},
		"metadata": dsschema.MapAttribute{
			ElementType: types.StringType, Computed: true, Sensitive: true,
			MarkdownDescription: "Metadata of the user, decoded if it is UTF-8, and in base64 otherwise. Empty " +
				"without the scope `" + token.MetadataScope + "`.",
		},
		"resource_owner": dsschema.SingleNestedAttribute{
			Computed: true,
			Attributes: map[string]dsschema.Attribute{
				"id":             text("ID of the organization."),
				"name":           text("Name of the organization."),
				"primary_domain": text("Primary domain of the organization."),
			},
			MarkdownDescription: "Organization of the user. Null without the scope `" + token.ResourceOwnerScope + "`.",
		},
		"actor": dsschema.SingleNestedAttribute{
			Computed: true,
			Attributes: map[string]dsschema.Attribute{
				"subject": text("User ID of the actor. Null if the claim contains none."),
				"issuer":  text("Issuer of the user ID. Null if the claim contains none."),
			},
			MarkdownDescription: "Actor that impersonates the subject, from the outermost `act` claim. Null " +
				"without one.",
		},
		"claims_json": dsschema.StringAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "All claims as JSON, including those without an attribute.",
		},
	}
}

// newClaims returns the results for claims. Without claims, collections are empty and
// everything else is null.
func newClaims(c *token.Claims, now time.Time) claims {
	if c == nil {
		c = &token.Claims{}
	}
	written := claims{
		ClientID: orNull(c.ClientID), Subject: orNull(c.Subject), Username: orNull(c.Username),
		Issuer: orNull(c.Issuer), JWTID: orNull(c.JWTID), TokenType: orNull(c.TokenType),
		Scopes: notNil(c.Scopes), Audience: notNil(c.Audience),
		IssuedAt: instant(c.IssuedAt), NotBefore: instant(c.NotBefore), AuthTime: instant(c.AuthTime),
		ExpiresAt: instant(c.ExpiresAt), ExpiresIn: secondsLeft(c.ExpiresAt, now),
		RolesByProject: map[string]map[string]map[string]string{}, Metadata: map[string]string{},
		ClaimsJSON: orNull(c.JSON),
	}
	for project, roles := range c.RolesByProject {
		written.RolesByProject[project] = roles
	}
	for name, value := range c.Metadata {
		written.Metadata[name] = value
	}
	if o := c.ResourceOwner; o != nil {
		written.ResourceOwner = &resourceOwner{
			ID: orNull(o.ID), Name: orNull(o.Name), PrimaryDomain: orNull(o.PrimaryDomain),
		}
	}
	if a := c.Actor; a != nil {
		written.Actor = &actor{Subject: orNull(a.Subject), Issuer: orNull(a.Issuer)}
	}
	return written
}

// notNil returns the entries without duplicates, which a set may not contain, and never
// nil, which would be null.
func notNil(entries []string) []string {
	seen := map[string]bool{}
	distinct := []string{}
	for _, entry := range entries {
		if !seen[entry] {
			seen[entry] = true
			distinct = append(distinct, entry)
		}
	}
	return distinct
}

func orNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

func instantAttribute(description string) dsschema.Attribute {
	return computedString(strings.TrimSuffix(description, ".") + ", in RFC 3339 and UTC.")
}

// instant returns a time in RFC 3339 and UTC, or null if it is zero.
func instant(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// secondsLeft returns the whole seconds from now to end, at least 0, or null if end is
// zero.
func secondsLeft(end, now time.Time) types.Int64 {
	if end.IsZero() {
		return types.Int64Null()
	}
	return types.Int64Value(max(end.Unix()-now.Unix(), 0))
}
