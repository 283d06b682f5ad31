package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// stringFunction is a pure function of strings: it does not use the clock, the network or
// the provider's configuration. call returns the value, or an error and the index of the
// argument that caused it.
type stringFunction struct {
	name, summary, description string
	standards                  string // links to the standards that specify the function
	parameters                 []function.Parameter
	result                     function.Return
	call                       func(ctx context.Context, arguments []string) (value attr.Value, index int64, err error)
}

// Function returns f as a [function.Function].
func (f stringFunction) Function() function.Function { return f }

// Metadata implements [function.Function].
func (f stringFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// Definition implements [function.Function].
func (f stringFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: f.summary,
		MarkdownDescription: f.description + "\n\nProvider functions require Terraform 1.8 or OpenTofu 1.7. At log " +
			"level TRACE, the CLI may log the arguments of a call." + specified(f.standards),
		Parameters: f.parameters,
		Return:     f.result,
	}
}

// Run implements [function.Function].
func (f stringFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	arguments := make([]string, len(f.parameters))
	for i := range arguments {
		if resp.Error = req.Arguments.GetArgument(ctx, i, &arguments[i]); resp.Error != nil {
			return
		}
	}
	value, index, err := f.call(ctx, arguments)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(index, functionError(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, value)
}

// functionError returns the text of err, followed by its code. The text does not end with a
// period, because the CLI adds one.
func functionError(err error) string {
	text := strings.TrimSuffix(message.Sentences(err), ".")
	if faults := fault.All(err); len(faults) > 0 {
		text += " [" + faults[0].Code + "]"
	}
	return text
}

// textParameter returns a string parameter of a function.
func textParameter(name, description string) function.Parameter {
	return function.StringParameter{Name: name, MarkdownDescription: description}
}

// scopeFunction returns a function with a single parameter. The function returns the result of
// scope, or the error if validate rejects the argument.
func scopeFunction(
	name, parameter, description, summary string, scope func(string) string, validate func(string) error,
) stringFunction {
	return stringFunction{
		name:        name,
		summary:     summary,
		description: "Returns `" + scope("{"+parameter+"}") + "`.",
		standards: "[RFC 6749, section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3) and " +
			"[ZITADEL's scopes](https://zitadel.com/docs/apis/openidoauth/scopes)",
		parameters: []function.Parameter{textParameter(parameter, description)},
		result:     function.StringReturn{},
		call: func(_ context.Context, arguments []string) (attr.Value, int64, error) {
			if err := validate(arguments[0]); err != nil {
				return nil, 0, err
			}
			return types.StringValue(scope(arguments[0])), 0, nil
		},
	}
}

func projectAudienceScope() stringFunction {
	return scopeFunction("project_audience_scope", "project_id", "ID of the project.",
		"Scope that adds a project to a token's audience", token.ProjectScope, scopePart)
}

func projectRoleScope() stringFunction {
	return scopeFunction("project_role_scope", "role", "Key of the role.",
		"Scope that requests a role", token.RoleScope, roleKey)
}

func organizationScope() stringFunction {
	return scopeFunction("organization_scope", "organization_id", "ID of the organization.",
		"Scope that restricts a login to an organization", token.OrganizationScope, scopePart)
}
