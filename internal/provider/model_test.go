package provider

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// TestModelsFitSchemas checks that each model has exactly one field for each attribute of its schema,
// with a matching type. encode and decode would ignore a field without an attribute.
func TestModelsFitSchemas(t *testing.T) {
	t.Parallel()
	p := &zitadelProvider{}
	for _, constructor := range p.DataSources(t.Context()) {
		source := constructor()
		var resp datasource.SchemaResponse
		source.Schema(t.Context(), datasource.SchemaRequest{}, &resp)
		model := modelOf(source)
		t.Run(model.Name(), func(t *testing.T) {
			kind, _ := resp.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
			// Only the ephemeral resource has a revoke_with argument.
			checkModel(t, kind, model, "revoke_with")
		})
	}
	for _, constructor := range p.EphemeralResources(t.Context()) {
		resource := constructor()
		var resp ephemeral.SchemaResponse
		resource.Schema(t.Context(), ephemeral.SchemaRequest{}, &resp)
		model := modelOf(resource)
		t.Run("ephemeral "+model.Name(), func(t *testing.T) {
			kind, _ := resp.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
			// The model has no field for defer_until, because reading the block does not use it.
			delete(kind.AttributeTypes, "defer_until")
			checkModel(t, kind, model)
		})
	}
}

// modelOf returns the model type of a data source or ephemeral resource: the M of its twin[M].
func modelOf(block any) reflect.Type {
	return reflect.ValueOf(block).Elem().FieldByName("read").Type().In(2).Elem()
}

// checkModel reports an error unless model has exactly one field for each attribute of kind, and each
// field can represent null. It ignores the fields named in absent.
func checkModel(t *testing.T, kind tftypes.Object, model reflect.Type, absent ...string) {
	t.Helper()
	value := reflect.New(model).Elem()
	var names []string
	_ = fields(value, func(name string, field reflect.Value) error {
		if slices.Contains(absent, name) {
			return nil
		}
		names = append(names, name)
		attribute, ok := kind.AttributeTypes[name]
		if !ok {
			t.Errorf("the schema has no attribute %s", name)
			return nil
		}
		null := tftypes.NewValue(attribute, nil)
		if err := readValue(context.Background(), null, field); err != nil {
			t.Errorf("null cannot be decoded into %s: %v", name, err)
		}
		if written, err := writeValue(context.Background(), field, attribute); err != nil || !written.Equal(null) {
			t.Errorf("null in %s is encoded as %s, want null: %v", name, written, err)
		}
		return nil
	})
	slices.Sort(names)
	if want := slices.Sorted(maps.Keys(kind.AttributeTypes)); !slices.Equal(names, want) {
		t.Errorf("the model has the fields %v, but the schema has the attributes %v", names, want)
	}
}

// everything is a model with a field of each supported type.
type everything struct {
	Text   types.String                 `tfsdk:"text"`
	Yes    types.Bool                   `tfsdk:"yes"`
	Number types.Int64                  `tfsdk:"number"`
	Set    []string                     `tfsdk:"set"`
	Object *inner                       `tfsdk:"object"`
	List   []inner                      `tfsdk:"list"`
	Map    map[string]map[string]string `tfsdk:"map"`
	unseen string
	inner
	Elsewhere types.String `tfsdk:"elsewhere"`
	Left      string       `tfsdk:"-"`
}

type inner struct {
	Plain types.String `tfsdk:"plain"`
}

// everythingKind is the type of the objects that tests decode into everything. It has no attribute for
// the field Elsewhere, and its attribute "stays" has no field.
var (
	innerKind      = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"plain": tftypes.String}}
	everythingKind = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"text": tftypes.String, "yes": tftypes.Bool, "number": tftypes.Number, "plain": tftypes.String,
		"stays": tftypes.String,
		"set":   tftypes.Set{ElementType: tftypes.String}, "object": innerKind, "list": tftypes.List{ElementType: innerKind},
		"map": tftypes.Map{ElementType: tftypes.Map{ElementType: tftypes.String}},
	}}
)

// objectWith returns an object of type everythingKind with the given values. All other attributes are
// null.
func objectWith(values map[string]tftypes.Value) tftypes.Value {
	all := map[string]tftypes.Value{}
	for name, kind := range everythingKind.AttributeTypes {
		all[name] = tftypes.NewValue(kind, nil)
	}
	maps.Copy(all, values)
	return tftypes.NewValue(everythingKind, all)
}

func TestModelIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	object := func(s string) tftypes.Value {
		return tftypes.NewValue(innerKind, map[string]tftypes.Value{"plain": text(s)})
	}
	given := objectWith(map[string]tftypes.Value{
		"text": text("a"), "yes": tftypes.NewValue(tftypes.Bool, true), "number": tftypes.NewValue(tftypes.Number, 3),
		"plain": text("b"), "stays": text("c"), "object": object("d"),
		"set":  tftypes.NewValue(everythingKind.AttributeTypes["set"], []tftypes.Value{text("e"), text("f")}),
		"list": tftypes.NewValue(everythingKind.AttributeTypes["list"], []tftypes.Value{object("g")}),
	})
	model := everything{unseen: "as it was", Map: map[string]map[string]string{"stale": nil}}
	if err := decode(t.Context(), given, &model); err != nil {
		t.Fatal(err)
	}
	want := everything{
		Text: types.StringValue("a"), Yes: types.BoolValue(true), Number: types.Int64Value(3), Set: []string{"e", "f"},
		Object: &inner{types.StringValue("d")}, List: []inner{{types.StringValue("g")}},
		unseen: "as it was", inner: inner{types.StringValue("b")},
	}
	if !reflect.DeepEqual(model, want) {
		t.Errorf("decoded %+v, want %+v", model, want)
	}
	if written, err := encode(t.Context(), given, &model); err != nil || !written.Equal(given) {
		t.Errorf("encoded %s, want %s (%v)", written, given, err)
	}

	model.Map = map[string]map[string]string{"x": {"y": "z"}, "empty": {}}
	written, err := encode(t.Context(), given, &model, "text", "object")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"map":tftypes.Map[tftypes.Map[tftypes.String]]<"empty":`, `"y":tftypes.String<"z">`,
		`"text":tftypes.String<null>`, `]<null>`, `"stays":tftypes.String<"c">`,
	} {
		if !strings.Contains(written.String(), want) {
			t.Errorf("%s does not contain %s", written, want)
		}
	}
	var before string
	if err := valueOf(t, given, "text").As(&before); err != nil || before != "a" {
		t.Errorf(`encode changed the original object: text is %q, want "a": %v`, before, err)
	}
}

// valueOf returns the value of the named attribute.
func valueOf(t *testing.T, object tftypes.Value, name string) tftypes.Value {
	t.Helper()
	var values map[string]tftypes.Value
	if err := object.As(&values); err != nil {
		t.Fatal(err)
	}
	return values[name]
}

func TestModelOfUnknownValues(t *testing.T) {
	t.Parallel()
	unknown := func(name string) tftypes.Value {
		return objectWith(
			map[string]tftypes.Value{name: tftypes.NewValue(everythingKind.AttributeTypes[name], tftypes.UnknownValue)},
		)
	}
	var model everything
	if err := decode(t.Context(), unknown("text"), &model); err != nil || !model.Text.IsUnknown() {
		t.Errorf("an unknown string is decoded as %s, want an unknown value: %v", model.Text, err)
	}
	for _, name := range []string{"set", "object", "list"} {
		err := decode(t.Context(), unknown(name), &model)
		faults := fault.All(err)
		if len(faults) != 1 || faults[0].Code != "value-unknown" ||
			faults[0].Values["type"] != everythingKind.AttributeTypes[name].String() {
			t.Errorf("unknown %s: got error %v, want value-unknown with the type", name, err)
		}
	}
}
