package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// withOther validates a string or a set together with another argument of the block, a
// string. validate is called if the argument is set and both are known.
type withOther struct {
	other    string
	validate func(value attr.Value, other types.String) error
}

var (
	_ validator.String = withOther{}
	_ validator.Set    = withOther{}
)

// requires returns a validator that returns the fault with the code if the other argument
// is not set. An empty set does not require it.
func requires(other, code string) withOther {
	return withOther{other, func(value attr.Value, other types.String) error {
		if set, isSet := value.(types.Set); isSet && len(set.Elements()) == 0 || !other.IsNull() {
			return nil
		}
		return fault.New(code)
	}}
}

// alsoValidated returns an attribute with one more validator.
func alsoValidated(attribute dsschema.StringAttribute, each validator.String) dsschema.StringAttribute {
	attribute.Validators = append(slices.Clone(attribute.Validators), each)
	return attribute
}

// Description implements [validator.Describer].
func (w withOther) Description(context.Context) string {
	return "the value must be valid together with " + w.other
}

// MarkdownDescription implements [validator.Describer].
func (w withOther) MarkdownDescription(ctx context.Context) string { return w.Description(ctx) }

// ValidateString implements [validator.String].
func (w withOther) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics.Append(w.check(ctx, req.Config, req.Path, req.ConfigValue)...)
}

// ValidateSet implements [validator.Set].
func (w withOther) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	resp.Diagnostics.Append(w.check(ctx, req.Config, req.Path, req.ConfigValue)...)
}

func (w withOther) check(ctx context.Context, config tfsdk.Config, at path.Path, value attr.Value) diag.Diagnostics {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	var other types.String
	if diags := config.GetAttribute(ctx, path.Root(w.other), &other); diags.HasError() || other.IsUnknown() {
		return diags
	}
	return argumentFault(at, w.validate(value, other))
}
