package provider

import (
	"maps"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// userClaims contains the results that describe a token's user. The values come from a user info
// response, an introspection response, or the token itself.
type userClaims struct {
	Subject        types.String                            `tfsdk:"subject"`
	Username       types.String                            `tfsdk:"username"`
	RolesByProject map[string]map[string]map[string]string `tfsdk:"roles_by_project"`
	Metadata       map[string]string                       `tfsdk:"metadata"`
	ResourceOwner  *resourceOwner                          `tfsdk:"resource_owner"`
	ClaimsJSON     types.String                            `tfsdk:"claims_json"`
}

// resourceOwner is the organization of a user.
type resourceOwner struct {
	ID            types.String `tfsdk:"id"`
	Name          types.String `tfsdk:"name"`
	PrimaryDomain types.String `tfsdk:"primary_domain"`
}

// userClaimAttributes returns the attributes for [userClaims].
func userClaimAttributes() map[string]dsschema.Attribute {
	return map[string]dsschema.Attribute{
		"subject":  computedString("User ID of the token's subject."),
		"username": computedSecret("User name of the token's subject. Null without the `profile` scope."),
		"roles_by_project": dsschema.MapAttribute{
			ElementType: types.MapType{ElemType: types.MapType{ElemType: types.StringType}}, Computed: true,
			MarkdownDescription: "Domains of the organizations that granted each role, keyed by project ID, role and " +
				"organization ID.",
		},
		"metadata": dsschema.MapAttribute{
			ElementType: types.StringType, Computed: true, Sensitive: true,
			MarkdownDescription: "Metadata of the user: UTF-8 values are decoded, and all other values are in base64. " +
				"Empty without the `" + token.MetadataScope + "` scope.",
		},
		"resource_owner": dsschema.SingleNestedAttribute{
			Computed: true,
			Attributes: map[string]dsschema.Attribute{
				"id":             computedString("ID of the organization."),
				"name":           computedString("Name of the organization."),
				"primary_domain": computedString("Primary domain of the organization."),
			},
			MarkdownDescription: "Organization of the user. Null without the `" + token.ResourceOwnerScope + "` scope.",
		},
		"claims_json": computedSecret("All claims as JSON, including those without an attribute."),
	}
}

// newUserClaims returns the results for c. A collection without a value is empty, and any other
// result without a value is null.
func newUserClaims(c *token.Claims) userClaims {
	results := userClaims{
		Subject: orNull(c.Subject), Username: orNull(c.Username),
		RolesByProject: map[string]map[string]map[string]string{}, Metadata: map[string]string{},
		ClaimsJSON: orNull(c.JSON),
	}
	for project, roles := range c.RolesByProject {
		results.RolesByProject[project] = roles
	}
	maps.Copy(results.Metadata, c.Metadata)
	if o := c.ResourceOwner; o != nil {
		results.ResourceOwner = &resourceOwner{
			ID: orNull(o.ID), Name: orNull(o.Name), PrimaryDomain: orNull(o.PrimaryDomain),
		}
	}
	return results
}
