package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// described implements [validator.Describer] for the validators that embed it.
type described string

// Description implements [validator.Describer].
func (d described) Description(context.Context) string { return string(d) }

// MarkdownDescription implements [validator.Describer].
func (d described) MarkdownDescription(context.Context) string { return string(d) }

// check validates a string with a function that returns nil or a fault. The fault must not
// contain the string if the string could be a secret.
type check struct {
	described
	faultOf func(string) error
}

// valid returns a [check] that calls faultOf.
func valid(faultOf func(string) error) validator.String {
	return check{"the value must be valid", faultOf}
}

func (c check) validate(text string) error { return c.faultOf(text) }

// ValidateString implements [validator.String].
func (c check) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.validate(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.Append(argumentFault(req.Path, err)...)
	}
}

// numberRange validates that a whole number is between least and most, inclusive.
type numberRange struct {
	described
	least, most int64
}

// numberBetween returns a [numberRange].
func numberBetween(least, most int64) validator.Int64 {
	return numberRange{described(fmt.Sprintf("the value must be between %d and %d", least, most)), least, most}
}

func (n numberRange) validate(number int64) error {
	if number < n.least || number > n.most {
		return fault.New("number-out-of-range", "minimum", n.least, "maximum", n.most)
	}
	return nil
}

// ValidateInt64 implements [validator.Int64].
func (n numberRange) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := n.validate(req.ConfigValue.ValueInt64()); err != nil {
		resp.Diagnostics.Append(argumentFault(req.Path, err)...)
	}
}

// firstFault applies validators to a value that is not part of the configuration, such as the value
// of an environment variable, and returns the first fault. It skips the framework's validators.
func firstFault[V, T any](validators []V, value T) error {
	for _, each := range validators {
		if v, ok := any(each).(interface{ validate(T) error }); ok {
			if err := v.validate(value); err != nil {
				return err
			}
		}
	}
	return nil
}

// headers validates a map of HTTP headers. Its diagnostics contain neither an invalid name nor a value,
// because either may be a secret.
type headers struct{ described }

// validHeaders returns a [headers].
func validHeaders() validator.Map { return headers{"the keys and values must be valid HTTP headers"} }

// ValidateMap implements [validator.Map].
func (headers) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	elements := req.ConfigValue.Elements()
	names := slices.Sorted(maps.Keys(elements))
	for _, name := range names {
		if err := zitadel.CheckHeader(name); err != nil {
			at := req.Path.AtMapKey(name)
			if fault.Is(err, "header-name-invalid") {
				at = req.Path // the path of the key would contain the key
			}
			resp.Diagnostics.Append(argumentFault(at, err)...)
			continue
		}
		if value, isString := elements[name].(types.String); isString {
			resp.Diagnostics.Append(argumentFault(req.Path.AtMapKey(name), headerFault(value))...)
		}
	}
	resp.Diagnostics.Append(argumentFault(req.Path, zitadel.CheckHeaderNames(names))...)
}

// headerFault returns a fault for the value of a header that is null or invalid.
func headerFault(value types.String) error {
	if value.IsNull() {
		return fault.New("entry-null")
	}
	return zitadel.CheckHeaderValue(value.ValueString())
}

// notEmpty validates that a string is not empty.
func notEmpty() validator.String {
	return valid(func(text string) error {
		if text == "" {
			return fault.New("value-empty")
		}
		return nil
	})
}

// entrySet validates each entry of a set of strings. Its diagnostics have the path of the set instead of
// the path of the entry, which contains the entry: terraform-plugin-go logs the paths of diagnostics.
type entrySet struct {
	described
	validators []validator.String
}

// entries returns validators that reject null entries of a set and apply the given validators to
// every other entry.
func entries(validators ...validator.String) []validator.Set {
	return []validator.Set{entrySet{"each entry must be valid", validators}}
}

// ValidateSet implements [validator.Set].
func (e entrySet) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, entry := range req.ConfigValue.Elements() {
		text, isString := entry.(types.String)
		if !isString || text.IsNull() {
			resp.Diagnostics.Append(argumentFault(req.Path, fault.New("entry-null"))...)
			continue
		}
		for _, each := range e.validators {
			var found validator.StringResponse
			each.ValidateString(ctx, validator.StringRequest{
				Path: req.Path, PathExpression: req.PathExpression, Config: req.Config, ConfigValue: text,
			}, &found)
			resp.Diagnostics.Append(found.Diagnostics...)
		}
	}
}

// nonEmptySet validates that a set has an entry.
type nonEmptySet struct{ described }

// notEmptySet returns a [nonEmptySet].
func notEmptySet() validator.Set { return nonEmptySet{"the set must not be empty"} }

// ValidateSet implements [validator.Set].
func (nonEmptySet) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && len(req.ConfigValue.Elements()) == 0 {
		resp.Diagnostics.Append(argumentFault(req.Path, fault.New("set-empty"))...)
	}
}
