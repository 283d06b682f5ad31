package provider

import (
	"context"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// The provider reads and writes models itself instead of calling the framework's Get and
// Set. In v1.19.0 of the framework, Get and Set look up each attribute in the schema and
// compile a regular expression for each field, which accounted for half of the cost of a
// block. See BenchmarkModel.
//
// A field is a basic value of the framework (such as types.String), a string, a slice, a map,
// a struct with tfsdk tags, or a pointer to a struct. A nil slice, map or pointer is null.

// decode decodes the attributes of an object into the struct that model points to. It
// fails if a value is unknown and its field cannot represent an unknown value.
func decode(ctx context.Context, object tftypes.Value, model any) error {
	return readValue(ctx, object, reflect.ValueOf(model).Elem())
}

// encode returns a copy of object whose attributes are set from the fields of the struct that
// model points to. The attributes named in null become null. Attributes without a field keep
// their values.
func encode(ctx context.Context, object tftypes.Value, model any, null ...string) (tftypes.Value, error) {
	var values map[string]tftypes.Value
	if err := object.As(&values); err != nil {
		return object, err
	}
	values = maps.Clone(values) // because As returns the object's own map
	err := fields(reflect.ValueOf(model).Elem(), func(name string, field reflect.Value) error {
		before, ok := values[name]
		if !ok {
			return nil // an attribute that only the ephemeral resource has
		}
		value, err := writeValue(ctx, field, before.Type())
		values[name] = value
		return err
	})
	if err != nil {
		return object, err
	}
	for _, name := range null {
		values[name] = tftypes.NewValue(values[name].Type(), nil)
	}
	return tftypes.NewValue(object.Type(), values), nil
}

// fields calls visit for each field with a tfsdk tag, including the fields of embedded
// structs. It stops at the first error.
func fields(model reflect.Value, visit func(name string, field reflect.Value) error) error {
	for n := range model.NumField() {
		field := model.Type().Field(n)
		name := field.Tag.Get("tfsdk")
		var err error
		switch {
		case field.Anonymous:
			err = fields(model.Field(n), visit)
		case name != "" && name != "-":
			err = visit(name, model.Field(n))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readValue decodes a Terraform value into a Go value.
func readValue(ctx context.Context, from tftypes.Value, into reflect.Value) error {
	if from.IsNull() {
		into.SetZero() // the zero value of each of the framework's basic types is null
		return nil
	}
	if value, ok := into.Interface().(attr.Value); ok {
		value, err := value.Type(ctx).ValueFromTerraform(ctx, from)
		if err == nil {
			into.Set(reflect.ValueOf(value))
		}
		return err
	}
	if !from.IsKnown() {
		return fault.New("value-unknown", "type", from.Type().String())
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return readValue(ctx, from, into.Elem())
	case reflect.Struct:
		return readObject(ctx, from, into)
	case reflect.Slice:
		var elements []tftypes.Value
		if err := from.As(&elements); err != nil {
			return err
		}
		into.Set(reflect.MakeSlice(into.Type(), len(elements), len(elements)))
		for n, element := range elements {
			if err := readValue(ctx, element, into.Index(n)); err != nil {
				return err
			}
		}
		return nil
	case reflect.String:
		var text string
		err := from.As(&text)
		into.SetString(text)
		return err
	default:
		return fault.New("value-unreadable", "type", from.Type().String(), "expected", into.Type().String())
	}
}

// readObject decodes the attributes of an object into the fields of a struct.
func readObject(ctx context.Context, from tftypes.Value, into reflect.Value) error {
	var values map[string]tftypes.Value
	if err := from.As(&values); err != nil {
		return err
	}
	return fields(into, func(name string, field reflect.Value) error {
		value, ok := values[name]
		if !ok {
			return nil // an attribute that the object does not have
		}
		return readValue(ctx, value, field)
	})
}

// writeValue converts a Go value to a Terraform value of the given type.
func writeValue(ctx context.Context, from reflect.Value, kind tftypes.Type) (tftypes.Value, error) {
	if value, ok := from.Interface().(attr.Value); ok {
		return value.ToTerraformValue(ctx)
	}
	switch from.Kind() {
	case reflect.String:
		return tftypes.NewValue(kind, from.String()), nil
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if from.IsNil() {
			return tftypes.NewValue(kind, nil), nil
		}
	default: // a struct
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		return writeObject(ctx, reflect.Indirect(from), kind)
	case tftypes.Map:
		return writeMap(ctx, from, kind)
	case tftypes.Set:
		return writeElements(ctx, from, kind, kind.ElementType)
	case tftypes.List:
		return writeElements(ctx, from, kind, kind.ElementType)
	}
	return tftypes.Value{}, fault.New("value-unwritable", "type", from.Type().String(), "expected", kind.String())
}

// writeObject converts a struct to an object of the given type.
func writeObject(ctx context.Context, from reflect.Value, kind tftypes.Object) (tftypes.Value, error) {
	values := make(map[string]tftypes.Value, len(kind.AttributeTypes))
	err := fields(from, func(name string, field reflect.Value) (err error) {
		attribute, ok := kind.AttributeTypes[name]
		if !ok {
			return nil // an attribute that the object does not have
		}
		values[name], err = writeValue(ctx, field, attribute)
		return err
	})
	if err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(kind, values), nil
}

// writeMap converts a Go map to a Terraform map of the given type.
func writeMap(ctx context.Context, from reflect.Value, kind tftypes.Map) (tftypes.Value, error) {
	values := make(map[string]tftypes.Value, from.Len())
	for each := from.MapRange(); each.Next(); {
		value, err := writeValue(ctx, each.Value(), kind.ElementType)
		if err != nil {
			return value, err
		}
		values[each.Key().String()] = value
	}
	return tftypes.NewValue(kind, values), nil
}

// writeElements converts a slice to a set or list of the given type.
func writeElements(ctx context.Context, from reflect.Value, kind, element tftypes.Type) (tftypes.Value, error) {
	values := make([]tftypes.Value, from.Len())
	for n := range values {
		value, err := writeValue(ctx, from.Index(n), element)
		if err != nil {
			return value, err
		}
		values[n] = value
	}
	return tftypes.NewValue(kind, values), nil
}
