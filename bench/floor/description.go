package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// description is what the floor imitates: the schemas of a provider, as "terraform
// providers schema -json" prints them, and results by the name of a data source or
// of a function. Ephemeral resources have the results of the data source.
type description struct {
	Schemas struct {
		Provider           block                `json:"provider"`
		DataSources        map[string]block     `json:"data_source_schemas"`
		EphemeralResources map[string]block     `json:"ephemeral_resource_schemas"`
		Functions          map[string]signature `json:"functions"`
	} `json:"schemas"`
	Results map[string]json.RawMessage `json:"results"`
}

type block struct {
	Block struct {
		Attributes map[string]attribute `json:"attributes"`
	} `json:"block"`
}

type signature struct {
	Parameters []struct {
		Name string `json:"name"`
	} `json:"parameters"`
	ReturnType string `json:"return_type"`
}

type attribute struct {
	Type   any `json:"type"` // "string", or ["set", "string"]
	Nested *struct {
		Attributes map[string]attribute `json:"attributes"`
		Mode       string               `json:"nesting_mode"`
	} `json:"nested_type"`
	Required  bool `json:"required"`
	Optional  bool `json:"optional"`
	Computed  bool `json:"computed"`
	Sensitive bool `json:"sensitive"`
}

// readDescription reads the file that BENCH_FLOOR names.
func readDescription() (*description, error) {
	content, err := os.ReadFile(os.Getenv("BENCH_FLOOR")) //nolint:gosec // written by the benchmark
	if err != nil {
		return nil, err
	}
	d := &description{}
	return d, json.Unmarshal(content, d)
}

func (b block) attributes() map[string]dsschema.Attribute { return attributes(b.Block.Attributes) }

func attributes(all map[string]attribute) map[string]dsschema.Attribute {
	written := map[string]dsschema.Attribute{}
	for name, a := range all {
		written[name] = a.schema()
	}
	return written
}

func (a attribute) schema() dsschema.Attribute {
	if n := a.Nested; n != nil && n.Mode == "list" {
		return dsschema.ListNestedAttribute{
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive,
			NestedObject: dsschema.NestedAttributeObject{Attributes: attributes(n.Attributes)},
		}
	} else if n != nil {
		return dsschema.SingleNestedAttribute{
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive,
			Attributes: attributes(n.Attributes),
		}
	}
	switch t := typeOf(a.Type).(type) {
	case types.SetType:
		return dsschema.SetAttribute{ElementType: t.ElemType, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
	case types.ListType:
		return dsschema.ListAttribute{ElementType: t.ElemType, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
	case types.MapType:
		return dsschema.MapAttribute{ElementType: t.ElemType, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
	}
	switch a.Type {
	case "bool":
		return dsschema.BoolAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
	case "number":
		return dsschema.Int64Attribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
	}
	return dsschema.StringAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
}

// typeOf returns the type of a collection or of its elements.
func typeOf(signature any) attr.Type {
	parts, ok := signature.([]any)
	if !ok {
		return types.StringType // no collection here has other elements
	}
	switch element := typeOf(parts[1]); parts[0] {
	case "set":
		return types.SetType{ElemType: element}
	case "map":
		return types.MapType{ElemType: element}
	case "list":
		return types.ListType{ElemType: element}
	}
	panic(fmt.Sprintf("the floor has no type like %v", signature))
}
