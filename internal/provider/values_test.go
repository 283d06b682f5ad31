package provider_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func (p *process) encode(schema *tfprotov6.Schema, block object) *tfprotov6.DynamicValue {
	p.t.Helper()
	p.hide(schema, block)
	kind := schema.ValueType()
	value, err := tfprotov6.NewDynamicValue(kind, p.value(kind, block))
	if err != nil {
		p.t.Fatal(err)
	}
	return &value
}

// value makes a Terraform value of a type. What an object does not name is null.
func (p *process) value(kind tftypes.Type, v any) tftypes.Value {
	p.t.Helper()
	switch v := v.(type) {
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case object:
		values := map[string]tftypes.Value{}
		if whole, ok := kind.(tftypes.Map); ok {
			for name, entry := range v {
				values[name] = p.value(whole.ElementType, entry)
			}
			return tftypes.NewValue(kind, values)
		}
		attributes := kind.(tftypes.Object).AttributeTypes
		for name := range v {
			if attributes[name] == nil {
				p.t.Fatalf("there is no attribute %q", name)
			}
		}
		for name, attribute := range attributes {
			values[name] = p.value(attribute, v[name])
		}
		return tftypes.NewValue(kind, values)
	case []string:
		values := []tftypes.Value{}
		for _, entry := range v {
			values = append(values, p.value(kind.(tftypes.Set).ElementType, entry))
		}
		return tftypes.NewValue(kind, values)
	}
	return tftypes.NewValue(kind, v)
}

func (p *process) decode(schema *tfprotov6.Schema, value *tfprotov6.DynamicValue) object {
	p.t.Helper()
	if value == nil {
		return nil
	}
	decoded, err := value.Unmarshal(schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	result, _ := plain(p.t, decoded).(object)
	return result
}

// plain turns a Terraform value into strings, bools, numbers, sorted lists of
// strings and objects.
func plain(t testing.TB, value tftypes.Value) any {
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
		result := object{}
		for name, entry := range values {
			result[name] = plain(t, entry)
		}
		return result
	case tftypes.Set, tftypes.List, tftypes.Tuple:
		var values []tftypes.Value
		err = value.As(&values)
		result := []any{}
		for _, entry := range values {
			result = append(result, plain(t, entry))
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
