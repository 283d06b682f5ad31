package provider

import (
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// claims contains the results that describe a token. Their values come from
// introspection or from the token itself.
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

// actor is the user impersonating the subject of a token.
type actor struct {
	Subject types.String `tfsdk:"subject"`
	Issuer  types.String `tfsdk:"issuer"`
}

func claimAttributes() map[string]dsschema.Attribute {
	return map[string]dsschema.Attribute{
		"client_id": computedString("Client ID of the application, or user name of the service account, to which the " +
			"token was issued. Null for a personal access token and, in local verification, for a JWT from ZITADEL v2.62."),
		"subject":    computedString("User ID of the token's subject."),
		"username":   computedSecret("User name of the token's subject. Null without the `profile` scope."),
		"issuer":     computedString("Issuer of the token."),
		"jwt_id":     computedString("ID of the token."),
		"token_type": computedString("Type of the token, `Bearer`."),
		"scopes":     computedSet("Scopes of the token, which show what was requested, not what was granted."),
		"audience":   computedSet("Audience of the token: project IDs and client IDs."),
		"issued_at":  computedInstant("Time at which the token was issued."),
		"not_before": computedInstant("Time before which the token is not valid."),
		"expires_at": computedInstant("Time at which the token expires."),
		"expires_in": computedInt64("Whole seconds until the token expires, counted from the time of the read."),
		"auth_time":  computedInstant("Time at which the user authenticated."),
		"roles_by_project": dsschema.MapAttribute{
			ElementType: types.MapType{ElemType: types.MapType{ElemType: types.StringType}}, Computed: true,
			MarkdownDescription: "Domains of the organizations that granted each role, keyed by project ID, role and " +
				"organization ID.",
		},
		"metadata": dsschema.MapAttribute{
			ElementType: types.StringType, Computed: true, Sensitive: true,
			MarkdownDescription: "Metadata of the user: UTF-8 values are decoded, and all other values are in base64. " +
				"Empty without the scope `" + token.MetadataScope + "`.",
		},
		"resource_owner": dsschema.SingleNestedAttribute{
			Computed: true,
			Attributes: map[string]dsschema.Attribute{
				"id":             computedString("ID of the organization."),
				"name":           computedString("Name of the organization."),
				"primary_domain": computedString("Primary domain of the organization."),
			},
			MarkdownDescription: "Organization of the user. Null without the scope `" + token.ResourceOwnerScope + "`.",
		},
		"actor": dsschema.SingleNestedAttribute{
			Computed: true,
			Attributes: map[string]dsschema.Attribute{
				"subject": computedString("User ID of the actor. Null if the claim contains none."),
				"issuer":  computedString("Issuer of the user ID. Null if the claim contains none."),
			},
			MarkdownDescription: "Actor that impersonates the subject, from the outermost `act` claim. Null " +
				"without that claim.",
		},
		"claims_json": computedSecret("All claims as JSON, including those without an attribute."),
	}
}

// newClaims returns the results for c. now is the time on the server's clock. If c is nil,
// collections are empty and all other results are null.
func newClaims(c *token.Claims, now time.Time) claims {
	if c == nil {
		c = &token.Claims{}
	}
	written := claims{
		ClientID: orNull(c.ClientID), Subject: orNull(c.Subject), Username: orNull(c.Username),
		Issuer: orNull(c.Issuer), JWTID: orNull(c.JWTID), TokenType: orNull(c.TokenType),
		Scopes: distinct(c.Scopes), Audience: distinct(c.Audience),
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
