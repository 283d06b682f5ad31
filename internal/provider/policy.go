package provider

import (
	"errors"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// policy contains the arguments that define the requirements for a token, and the results of
// checking the token against these requirements.
type policy struct {
	RequiredAudience    []string     `tfsdk:"required_audience"` // nil if null
	RequiredScopes      []string     `tfsdk:"required_scopes"`
	RequiredRoles       []string     `tfsdk:"required_roles"`
	ProjectID           types.String `tfsdk:"project_id"`
	OrganizationID      types.String `tfsdk:"organization_id"`
	ForbidImpersonation types.Bool   `tfsdk:"forbid_impersonation"`
	FailWhenInvalid     types.Bool   `tfsdk:"fail_when_invalid"`

	Valid    types.Bool `tfsdk:"valid"`
	Failures []failure  `tfsdk:"failures"`
	Roles    []string   `tfsdk:"roles"`
}

type failure struct {
	Code   types.String `tfsdk:"code"`
	Detail types.String `tfsdk:"detail"`
}

// policyAttributes returns the arguments and results of a [policy]. rolesValidators are
// additional validators for required_roles.
func policyAttributes(rolesValidators ...validator.Set) map[string]dsschema.Attribute {
	required := func(description string, each ...validator.String) dsschema.SetAttribute {
		return dsschema.SetAttribute{
			ElementType: types.StringType, Optional: true, MarkdownDescription: description,
			Validators: entries(each...),
		}
	}
	return map[string]dsschema.Attribute{
		"required_audience": required("Audience entries that the token must contain, such as project IDs. Defaults "+
			"to none.", tokenAudienceEntry()...),
		"required_scopes": required("Scopes that the token must contain; they show what was requested, not what "+
			"was granted. Defaults to none.", scopeToken(), requiredScope()),
		"required_roles": dsschema.SetAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          append(entries(notEmpty(), valid(roleText)), rolesValidators...),
			MarkdownDescription: "Roles that the user must have been granted. Defaults to none.",
		},
		"project_id": dsschema.StringAttribute{
			Optional: true, Validators: []validator.String{objectID()},
			MarkdownDescription: "ID of the project whose roles apply. Defaults to the project of the application " +
				"that introspects the token.",
		},
		"organization_id": dsschema.StringAttribute{
			Optional: true, Validators: []validator.String{objectID()},
			MarkdownDescription: "ID of the only organization whose grants apply. Defaults to any organization.",
		},
		"forbid_impersonation": dsschema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether a token with an `actor` is invalid. Defaults to `false`.",
		},
		"fail_when_invalid": dsschema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the block fails with an error that lists the failures if the token is not " +
				"valid. Defaults to `false`.",
		},
		"valid": computedBool("Whether the token is active or verified, and satisfies all requirements."),
		"failures": dsschema.ListNestedAttribute{
			Computed: true,
			NestedObject: dsschema.NestedAttributeObject{Attributes: map[string]dsschema.Attribute{
				"code":   computedString("Code of the reason, such as `inactive` or `missing_role`."),
				"detail": computedString("Explanation of the reason."),
			}},
			MarkdownDescription: "Every reason why the token is not valid. Empty if it is valid.",
		},
		"roles": computedSet("Applicable roles of the user, which are all in one project and, if `organization_id` " +
			"is set, were all granted by that organization."),
	}
}

// requirements returns the arguments as a [token.Policy].
func (p *policy) requirements() token.Policy {
	return token.Policy{
		Audience: p.RequiredAudience, Scopes: p.RequiredScopes, Roles: p.RequiredRoles,
		ProjectID: p.ProjectID.ValueString(), OrganizationID: p.OrganizationID.ValueString(),
		ForbidImpersonation: p.ForbidImpersonation.ValueBool(),
	}
}

// report sets the results for a token with the given claims and failures. If there are
// failures and fail_when_invalid is true, it also returns the failures as an error.
func (p *policy) report(c *token.Claims, failures []token.Failure) diag.Diagnostics {
	p.Valid = types.BoolValue(len(failures) == 0)
	p.Roles = p.requirements().ApplicableRoles(c)
	p.Failures = []failure{}
	var reasons []error
	for _, f := range failures {
		detail := types.StringValue(message.Advice(f.Reason))
		p.Failures = append(p.Failures, failure{Code: types.StringValue(f.Code), Detail: detail})
		reasons = append(reasons, f.Reason)
	}
	if len(failures) == 0 || !p.FailWhenInvalid.ValueBool() {
		return nil
	}
	return diagnose("accept token", path.Root("token"), fault.New("token-rejected", "reason", errors.Join(reasons...)))
}
