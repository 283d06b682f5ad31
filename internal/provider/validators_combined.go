package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// withOther validates a string or a set together with a second argument of the block, which is a
// string. It calls validate if the first argument is set and both arguments are known.
type withOther struct {
	described
	other    string
	validate func(value attr.Value, other types.String) error
}

var (
	_ validator.String = withOther{}
	_ validator.Set    = withOther{}
)

// together returns a [withOther].
func together(other string, validate func(value attr.Value, other types.String) error) withOther {
	return withOther{described("the value must be valid together with " + other), other, validate}
}

// requires returns a validator that reports a fault with the given code if the other argument is
// not set. An empty set does not require the other argument.
func requires(other, code string) withOther {
	return together(other, func(value attr.Value, other types.String) error {
		if set, isSet := value.(types.Set); isSet && len(set.Elements()) == 0 || !other.IsNull() {
			return nil
		}
		return fault.New(code)
	})
}

// excludes returns a validator that returns a fault if the other argument is set, too. name is the
// name of the validated argument.
func excludes(name, other string) withOther {
	return together(other, func(_ attr.Value, value types.String) error {
		if value.IsNull() {
			return nil
		}
		return fault.New("arguments-combined", "arguments", name+" and "+other)
	})
}

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
