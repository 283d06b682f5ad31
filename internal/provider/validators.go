package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
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

// keySet validates all keys of a map together.
type keySet struct {
	described
	faultOf func(keys []string) error
}

// keysTogether returns a [keySet] that calls faultOf.
func keysTogether(faultOf func(keys []string) error) validator.Map {
	return keySet{"the keys must not conflict", faultOf}
}

// ValidateMap implements [validator.Map].
func (k keySet) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	keys := slices.Collect(maps.Keys(req.ConfigValue.Elements()))
	if err := k.faultOf(keys); err != nil {
		resp.Diagnostics.Append(argumentFault(req.Path, err)...)
	}
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

// entries returns validators that reject null entries of a set and apply the given validators to
// every other entry.
func entries(validators ...validator.String) []validator.Set {
	return []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validators...)}
}
