package provider

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	epschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// unknownAttribute is an attribute of a type that the framework does not define.
type unknownAttribute struct{ dsschema.StringAttribute }

type attributes = map[string]dsschema.Attribute

// flat returns one argument of each type that has no nested attributes.
func flat(sensitive bool) attributes {
	text := types.StringType
	return attributes{
		"bool":    dsschema.BoolAttribute{Optional: true, Sensitive: sensitive},
		"dynamic": dsschema.DynamicAttribute{Optional: true, Sensitive: sensitive},
		"float32": dsschema.Float32Attribute{Optional: true, Sensitive: sensitive},
		"float64": dsschema.Float64Attribute{Optional: true, Sensitive: sensitive},
		"int32":   dsschema.Int32Attribute{Optional: true, Sensitive: sensitive},
		"int64":   dsschema.Int64Attribute{Optional: true, Sensitive: sensitive},
		"list":    dsschema.ListAttribute{Optional: true, Sensitive: sensitive, ElementType: text},
		"map":     dsschema.MapAttribute{Optional: true, Sensitive: sensitive, ElementType: text},
		"number":  dsschema.NumberAttribute{Optional: true, Sensitive: sensitive},
		"object":  dsschema.ObjectAttribute{Optional: true, Sensitive: sensitive},
		"set":     dsschema.SetAttribute{Optional: true, Sensitive: sensitive, ElementType: text},
		"string":  dsschema.StringAttribute{Optional: true, Sensitive: sensitive},
	}
}

// nested returns one argument of each type that has nested attributes. inner contains the nested attributes.
func nested(sensitive bool, inner attributes) attributes {
	object := dsschema.NestedAttributeObject{Attributes: inner}
	return attributes{
		"single nested": dsschema.SingleNestedAttribute{Optional: true, Sensitive: sensitive, Attributes: inner},
		"list nested":   dsschema.ListNestedAttribute{Optional: true, Sensitive: sensitive, NestedObject: object},
		"map nested":    dsschema.MapNestedAttribute{Optional: true, Sensitive: sensitive, NestedObject: object},
		"set nested":    dsschema.SetNestedAttribute{Optional: true, Sensitive: sensitive, NestedObject: object},
	}
}

func TestHoldsSecret(t *testing.T) {
	t.Parallel()
	check := func(name string, attribute dsschema.Attribute, want bool) {
		t.Helper()
		if got, err := holdsSecret("x", attribute); got != want || err != nil {
			t.Errorf("%s: holdsSecret returned %t, want %t; error %v, want none", name, got, want, err)
		}
	}
	for _, sensitive := range []bool{false, true} {
		for name, attribute := range flat(sensitive) {
			check(fmt.Sprintf("%s %t", name, sensitive), attribute, sensitive)
			for outer, attribute := range nested(false, attributes{"a": dsschema.BoolAttribute{}, "b": attribute}) {
				check(fmt.Sprint(name, sensitive, " in ", outer), attribute, sensitive)
				for outermost, attribute := range nested(false, attributes{"c": attribute}) {
					check(fmt.Sprint(name, sensitive, " in ", outer, " in ", outermost), attribute, sensitive)
				}
			}
		}
		for name, attribute := range nested(sensitive, flat(false)) {
			check(fmt.Sprintf("%s %t", name, sensitive), attribute, sensitive)
		}
	}
}

// An attribute of an unsupported type, at any depth, must cause an error in the schemas of both twins,
// because the provider cannot determine whether the attribute holds a secret.
func TestUnsupportedAttribute(t *testing.T) {
	t.Parallel()
	unknown := map[string]dsschema.Attribute{
		"unknown type":            unknownAttribute{},
		"unknown type, sensitive": unknownAttribute{dsschema.StringAttribute{Sensitive: true}},
		"ephemeral string":        epschema.StringAttribute{},
		"pointer":                 &dsschema.StringAttribute{},
		"nil":                     nil,
		"ephemeral object":        epschema.SingleNestedAttribute{},
		"argument, unknown type":  unknownAttribute{dsschema.StringAttribute{Optional: true}},
	}
	for what, attribute := range unknown {
		places := map[string]attributes{"x": {"x": attribute}}
		for name, outer := range nested(true, attributes{"x": attribute, "y": dsschema.StringAttribute{Sensitive: true}}) {
			places[name+".x"] = attributes{name: outer}
			for outermost, whole := range nested(false, attributes{name: outer}) {
				places[outermost+"."+name+".x"] = attributes{outermost: whole}
			}
		}
		for at, all := range places {
			t.Run(what+"/"+at, func(t *testing.T) {
				t.Parallel()
				want := unsupported(at, attribute)
				twins := twin[struct{}]{name: "test", attributes: all}
				expectUnsupported(t, "data source", dataSchema(t, twins), want)
				expectUnsupported(t, "ephemeral resource", ephemeralSchema(t, twins), want)
				// If only the ephemeral resource has the attribute, the data source must have no error.
				twins = twin[struct{}]{name: "test", ephemeral: ephemeralOnly[struct{}]{attributes: all}}
				expectUnsupported(t, "ephemeral resource", ephemeralSchema(t, twins), want)
				if diags := dataSchema(t, twins); diags.HasError() {
					t.Errorf("data source: got %v, want no error", diags)
				}
			})
		}
	}
}

// dataSchema builds the data source's schema and returns the diagnostics.
func dataSchema(t *testing.T, twins twin[struct{}]) diag.Diagnostics {
	t.Helper()
	var resp datasource.SchemaResponse
	twins.DataSource()().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	return resp.Diagnostics
}

// ephemeralSchema builds the ephemeral resource's schema and returns the diagnostics.
func ephemeralSchema(t *testing.T, twins twin[struct{}]) diag.Diagnostics {
	t.Helper()
	var resp ephemeral.SchemaResponse
	twins.EphemeralResource()().Schema(t.Context(), ephemeral.SchemaRequest{}, &resp)
	return resp.Diagnostics
}

// expectUnsupported reports an error unless diags consists of a single error, which states that the
// schema of zitadel_test is unsupported because of exactly the given faults.
func expectUnsupported(t *testing.T, kind string, diags diag.Diagnostics, faults ...error) {
	t.Helper()
	reason := errors.Join(faults...)
	unsupported := fault.New("schema-unsupported", "block", "test", "reason", reason)
	summary, detail := message.Diagnostic("", unsupported, message.Settings{})
	if len(diags) != 1 || !diags.HasError() || diags[0].Summary() != summary || diags[0].Detail() != detail {
		t.Errorf("%s: got %v, want the error %s: %s", kind, diags, summary, detail)
	}
}

// unsupported returns the fault for an attribute of an unsupported type.
func unsupported(name string, attribute dsschema.Attribute) error {
	return fault.New("attribute-unsupported", "attribute", name, "type", fmt.Sprintf("%T", attribute))
}

// The error must contain the names of all attributes of unsupported types.
func TestUnsupportedAttributes(t *testing.T) {
	t.Parallel()
	unknown := unknownAttribute{}
	all := attributes{"b": unknown, "a": unknown, "c": dsschema.BoolAttribute{}}
	twins := twin[struct{}]{name: "test", attributes: all}
	want := []error{unsupported("a", unknown), unsupported("b", unknown)}
	expectUnsupported(t, "data source", dataSchema(t, twins), want...)
	expectUnsupported(t, "ephemeral resource", ephemeralSchema(t, twins), want...)
}
