package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// pure is a provider function of strings: no clock, no network, no provider
// configuration. call returns the value, or the error of the argument at index.
type pure struct {
	name, summary, description string
	standards                  string // links to what it does
	parameters                 []function.Parameter
	result                     function.Return
	call                       func(ctx context.Context, arguments []string) (value attr.Value, index int64, err error)
}

// Function returns the function as the framework wants it.
func (p pure) Function() function.Function { return p }

// Metadata implements [function.Function].
func (p pure) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = p.name
}

// Definition implements [function.Function].
func (p pure) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             p.summary,
		MarkdownDescription: p.description + "\n\nProvider functions require Terraform 1.8 or OpenTofu 1.7. At the log level TRACE, the CLI may log the arguments of a call." + specified(p.standards),
		Parameters:          p.parameters,
		Return:              p.result,
	}
}

// Run implements [function.Function].
func (p pure) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	arguments := make([]string, len(p.parameters))
	for i := range arguments {
		if resp.Error = req.Arguments.GetArgument(ctx, i, &arguments[i]); resp.Error != nil {
			return
		}
	}
	value, index, err := p.call(ctx, arguments)
	if err != nil {
		// The CLI sets the full stop.
		resp.Error = function.NewArgumentFuncError(index, strings.TrimSuffix(sentence(err.Error()), "."))
		return
	}
	resp.Error = resp.Result.Set(ctx, value)
}

// textParameter is a parameter of a function.
func textParameter(name, description string) function.Parameter {
	return function.StringParameter{Name: name, MarkdownDescription: description}
}

// scopeFunction returns a function that returns one scope with its argument in it.
// invalid returns an error for an argument that cannot be used.
func scopeFunction(name, parameter, of, summary, before, after string, invalid func(string) error) pure {
	return pure{
		name:        name,
		summary:     summary,
		description: "Returns `" + before + "{" + parameter + "}" + after + "`.",
		standards:   "[RFC 6749, section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3) and [the scopes of ZITADEL](https://zitadel.com/docs/apis/openidoauth/scopes)",
		parameters:  []function.Parameter{textParameter(parameter, of)},
		result:      function.StringReturn{},
		call: func(_ context.Context, arguments []string) (attr.Value, int64, error) {
			if err := invalid(arguments[0]); err != nil {
				return nil, 0, err
			}
			return types.StringValue(before + arguments[0] + after), 0, nil
		},
	}
}

func projectAudienceScope() pure {
	return scopeFunction("project_audience_scope", "project_id", "ID of the project.",
		"Scope that adds a project to a token's audience", "urn:zitadel:iam:org:project:id:", ":aud", scopePart)
}

func projectRoleScope() pure {
	return scopeFunction("project_role_scope", "role", "Key of the role.",
		"Scope that requests a role", oauth.RoleScopePrefix, "", roleKey)
}

func organizationScope() pure {
	return scopeFunction("organization_scope", "organization_id", "ID of the organization.",
		"Scope that restricts a login to an organization", "urn:zitadel:iam:org:id:", "", scopePart)
}
