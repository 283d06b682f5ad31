package main

import (
	"context"

	rschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// zitadelResources returns the managed resources of zitadel/zitadel that the examples use.
func zitadelResources() []managed {
	type attributes map[string]rschema.Attribute
	all := []managed{{
		name: "instance_custom_domain",
		schema: rschema.Schema{Attributes: attributes{
			"id": computed(), "domain": required(), "instance_id": required(),
		}},
		check: func(_ context.Context, c client) error { return c.checkSystemUser() },
	}}
	for name, each := range map[string]attributes{
		"application_api": {
			"id": computed(), "org_id": optional(), "project_id": required(), "name": required(),
			"auth_method_type": optional(),
		},
		"machine_key": {
			"id": computed(), "org_id": optional(), "user_id": required(), "key_type": required(),
			"expiration_date": optional(), "public_key": optional(), "key_details": secret(),
		},
		"machine_user": {
			"id": computed(), "org_id": optional(), "user_name": required(), "name": required(),
			"access_token_type": optional(),
		},
		"project": {
			"id": computed(), "org_id": optional(), "name": required(),
			"project_role_assertion": rschema.BoolAttribute{Optional: true},
		},
		"project_role": {
			"id": computed(), "org_id": optional(), "project_id": required(), "role_key": required(),
			"display_name": required(),
		},
		"user_grant": {
			"id": computed(), "org_id": optional(), "project_id": optional(), "user_id": required(),
			"role_keys": rschema.SetAttribute{Optional: true, ElementType: types.StringType},
		},
	} {
		all = append(all, managed{
			name: name, schema: rschema.Schema{Attributes: each},
			check: func(ctx context.Context, c client) error { return c.checkAccepted(ctx) },
		})
	}
	return all
}

// required returns a required string argument. A change to the argument replaces the
// resource.
func required() rschema.StringAttribute {
	return rschema.StringAttribute{
		Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// optional is like [required], but the argument is optional.
func optional() rschema.StringAttribute {
	attribute := required()
	attribute.Required, attribute.Optional = false, true
	return attribute
}

// computed returns a computed string attribute that does not change.
func computed() rschema.StringAttribute {
	return rschema.StringAttribute{
		Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// secret is like [computed], but the attribute is sensitive.
func secret() rschema.StringAttribute {
	attribute := computed()
	attribute.Sensitive = true
	return attribute
}
