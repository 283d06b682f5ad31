package main

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	epschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// block is a data source, and an ephemeral resource if ephemeral is not nil.
type block struct {
	name       string
	attributes map[string]dsschema.Attribute
	ephemeral  map[string]dsschema.Attribute // beside attributes
	unstored   []string                      // arguments that the data source gives back as null
	constants  func() map[string]tftypes.Value
}

func newBlock(name string, attributes, ephemeral map[string]dsschema.Attribute, unstored []string, results map[string]any) block {
	return block{name: name, attributes: attributes, ephemeral: ephemeral, unstored: unstored, constants: sync.OnceValue(func() map[string]tftypes.Value {
		constants := map[string]tftypes.Value{}
		for name, result := range results {
			constants[name] = value(attributes[name].GetType().TerraformType(context.Background()), result)
		}
		return constants
	})}
}

// answer fills the constants into a configuration.
func (b block) answer(config tftypes.Value, null ...string) (tftypes.Value, error) {
	var given map[string]tftypes.Value
	if err := config.As(&given); err != nil {
		return config, err
	}
	given = maps.Clone(given)
	for _, name := range null {
		given[name] = tftypes.NewValue(given[name].Type(), nil)
	}
	maps.Copy(given, b.constants())
	return tftypes.NewValue(config.Type(), given), nil
}

type dataSource struct{ block }

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dsschema.Schema{Attributes: d.attributes}
}

func (d *dataSource) Read(_ context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var err error
	if resp.State.Raw, err = d.answer(req.Config.Raw, d.unstored...); err != nil {
		resp.Diagnostics.AddError("Unable to read", err.Error())
	}
}

type ephemeralResource struct{ block }

func (e *ephemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.name
}

func (e *ephemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := map[string]epschema.Attribute{}
	for _, some := range []map[string]dsschema.Attribute{e.attributes, e.ephemeral} {
		for name, attribute := range some {
			attributes[name] = attribute
		}
	}
	resp.Schema = epschema.Schema{Attributes: attributes}
}

func (e *ephemeralResource) Open(_ context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var err error
	if resp.Result.Raw, err = e.answer(req.Config.Raw); err != nil {
		resp.Diagnostics.AddError("Unable to open", err.Error())
	}
}

// text is any text of a length.
func text(length int) string { return strings.Repeat("x", length) }

// value makes a Terraform value of a type: of maps, slices, strings, bools, ints
// and nil.
func value(kind tftypes.Type, v any) tftypes.Value {
	switch v := v.(type) {
	case map[string]any:
		values := map[string]tftypes.Value{}
		if whole, ok := kind.(tftypes.Map); ok {
			for name, entry := range v {
				values[name] = value(whole.ElementType, entry)
			}
		} else if object, ok := kind.(tftypes.Object); ok {
			for name, attribute := range object.AttributeTypes {
				values[name] = value(attribute, v[name])
			}
		}
		return tftypes.NewValue(kind, values)
	case []any:
		var element tftypes.Type
		switch kind := kind.(type) {
		case tftypes.Set:
			element = kind.ElementType
		case tftypes.List:
			element = kind.ElementType
		}
		values := []tftypes.Value{}
		for _, entry := range v {
			values = append(values, value(element, entry))
		}
		return tftypes.NewValue(kind, values)
	}
	return tftypes.NewValue(kind, v)
}
