package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// description describes the provider that this program, the floor of the benchmarks, imitates: its
// schemas, in the format of "terraform providers schema -json", and the results of its data sources
// and functions, keyed by name. An ephemeral resource returns the results of the data source with the
// same name.
type description struct {
	Schemas struct {
		Provider           block                `json:"provider"`
		DataSources        map[string]block     `json:"data_source_schemas"`
		EphemeralResources map[string]block     `json:"ephemeral_resource_schemas"`
		Functions          map[string]signature `json:"functions"`
	} `json:"schemas"`
	Results map[string]json.RawMessage `json:"results"`
}

// block is the schema of a provider, a data source or an ephemeral resource.
type block struct {
	Block struct {
		Attributes map[string]attribute `json:"attributes"`
	} `json:"block"`
}

// signature is the signature of a function. All of its parameters are strings.
type signature struct {
	Parameters []struct {
		Name string `json:"name"`
	} `json:"parameters"`
	ReturnType string `json:"return_type"`
}

// attribute is the schema of an attribute.
type attribute struct {
	Type   any `json:"type"` // such as "string" or ["set", "string"]
	Nested *struct {
		Attributes map[string]attribute `json:"attributes"`
		Mode       string               `json:"nesting_mode"`
	} `json:"nested_type"`
	Required  bool `json:"required"`
	Optional  bool `json:"optional"`
	Computed  bool `json:"computed"`
	Sensitive bool `json:"sensitive"`
}

// readDescription reads the file whose path is in BENCH_FLOOR.
func readDescription() (*description, error) {
	content, err := os.ReadFile(os.Getenv("BENCH_FLOOR")) //nolint:gosec // written by the benchmark
	if err != nil {
		return nil, err
	}
	d := &description{}
	return d, json.Unmarshal(content, d)
}

// attributes returns the block's attributes, converted to framework attributes.
func (b block) attributes() map[string]dsschema.Attribute { return convert(b.Block.Attributes) }

// convert converts the described attributes to framework attributes.
func convert(described map[string]attribute) map[string]dsschema.Attribute {
	attributes := map[string]dsschema.Attribute{}
	for name, a := range described {
		attributes[name] = a.convert()
	}
	return attributes
}

// convert converts the described attribute to a framework attribute.
func (a attribute) convert() dsschema.Attribute {
	converted := a.typed()
	// All attribute types have these fields, but no methods to set them.
	fields := reflect.New(reflect.TypeOf(converted)).Elem()
	fields.Set(reflect.ValueOf(converted))
	fields.FieldByName("Required").SetBool(a.Required)
	fields.FieldByName("Optional").SetBool(a.Optional)
	fields.FieldByName("Computed").SetBool(a.Computed)
	fields.FieldByName("Sensitive").SetBool(a.Sensitive)
	reflect.ValueOf(&converted).Elem().Set(fields)
	return converted
}

// typed returns a framework attribute with only its type set.
func (a attribute) typed() dsschema.Attribute {
	if n := a.Nested; n != nil && n.Mode == "list" {
		return dsschema.ListNestedAttribute{
			NestedObject: dsschema.NestedAttributeObject{Attributes: convert(n.Attributes)},
		}
	} else if n != nil {
		return dsschema.SingleNestedAttribute{Attributes: convert(n.Attributes)}
	}
	switch t := typeOf(a.Type).(type) {
	case types.SetType:
		return dsschema.SetAttribute{ElementType: t.ElemType}
	case types.ListType:
		return dsschema.ListAttribute{ElementType: t.ElemType}
	case types.MapType:
		return dsschema.MapAttribute{ElementType: t.ElemType}
	}
	switch a.Type {
	case "bool":
		return dsschema.BoolAttribute{}
	case "number":
		return dsschema.Int64Attribute{}
	}
	return dsschema.StringAttribute{}
}

// typeOf returns the collection type for a description such as ["set", "string"]. For a
// description that is not a list, it returns the string type. It panics if the kind of
// collection is not supported.
func typeOf(described any) attr.Type {
	parts, ok := described.([]any)
	if !ok {
		return types.StringType // the only element type in these schemas
	}
	switch element := typeOf(parts[1]); parts[0] {
	case "set":
		return types.SetType{ElemType: element}
	case "map":
		return types.MapType{ElemType: element}
	case "list":
		return types.ListType{ElemType: element}
	}
	panic(fmt.Sprintf("unsupported type %v", described))
}
