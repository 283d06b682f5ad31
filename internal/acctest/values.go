package acctest

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Object is an HCL object or the arguments of a block. Its values are strings, bools,
// ints, []string for sets (or []any, if an entry is null or unknown), nested objects, and [Unknown].
type Object map[string]any

// Unknown is a value that is known only after apply.
type Unknown struct{}

// TerraformValue converts v to a Terraform value of type kind. Attributes that are missing
// from an object are null.
func TerraformValue(t testing.TB, kind tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case Unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case Object:
		values := map[string]tftypes.Value{}
		if whole, ok := kind.(tftypes.Map); ok {
			for name, entry := range v {
				values[name] = TerraformValue(t, whole.ElementType, entry)
			}
			return tftypes.NewValue(kind, values)
		}
		attributes := kind.(tftypes.Object).AttributeTypes
		for name := range v {
			if attributes[name] == nil {
				t.Fatalf("the schema has no attribute %q", name)
			}
		}
		for name, attribute := range attributes {
			values[name] = TerraformValue(t, attribute, v[name])
		}
		return tftypes.NewValue(kind, values)
	case []string:
		entries := []any{}
		for _, entry := range v {
			entries = append(entries, entry)
		}
		return TerraformValue(t, kind, entries)
	case []any:
		values := []tftypes.Value{}
		for _, entry := range v {
			values = append(values, TerraformValue(t, kind.(tftypes.Set).ElementType, entry))
		}
		return tftypes.NewValue(kind, values)
	}
	return tftypes.NewValue(kind, v)
}

// GoValue converts a Terraform value to a string, bool, int, []any or [Object]. The elements
// of sets and lists are sorted; the elements of tuples keep their order. Null becomes nil.
func GoValue(t testing.TB, value tftypes.Value) any {
	t.Helper()
	if value.IsNull() {
		return nil
	}
	var err error
	defer func() {
		if err != nil {
			t.Fatal(err)
		}
	}()
	switch value.Type().(type) {
	case tftypes.Object, tftypes.Map:
		var values map[string]tftypes.Value
		err = value.As(&values)
		result := Object{}
		for name, entry := range values {
			result[name] = GoValue(t, entry)
		}
		return result
	case tftypes.Set, tftypes.List, tftypes.Tuple:
		var values []tftypes.Value
		err = value.As(&values)
		result := []any{}
		for _, entry := range values {
			result = append(result, GoValue(t, entry))
		}
		if value.Type().Is(tftypes.Tuple{}) {
			return result
		}
		slices.SortFunc(result, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		return result
	}
	if value.Type().Is(tftypes.Bool) {
		var b bool
		err = value.As(&b)
		return b
	}
	if value.Type().Is(tftypes.String) {
		var s string
		err = value.As(&s)
		return s
	}
	var number big.Float
	err = value.As(&number)
	whole, _ := number.Int64()
	return int(whole)
}

// encode returns the arguments of a block as the CLI sends them.
func encode(t testing.TB, schema *tfprotov6.Schema, block Object) *tfprotov6.DynamicValue {
	t.Helper()
	kind := schema.ValueType()
	value, err := tfprotov6.NewDynamicValue(kind, TerraformValue(t, kind, block))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// decode returns the results of a block. It returns nil if value is nil.
func decode(t testing.TB, schema *tfprotov6.Schema, value *tfprotov6.DynamicValue) Object {
	t.Helper()
	if value == nil {
		return nil
	}
	decoded, err := value.Unmarshal(schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	result, _ := GoValue(t, decoded).(Object)
	return result
}
