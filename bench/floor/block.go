package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	epschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// constants contains what a data source and an ephemeral resource with constant results have
// in common.
type constants struct {
	name       string
	attributes map[string]dsschema.Attribute
	results    func() (map[string]tftypes.Value, error)
}

// newConstants returns the constants of the block with the given name. The JSON in results is
// decoded on first use.
func newConstants(name string, b block, results json.RawMessage) constants {
	c := constants{name: strings.TrimPrefix(name, "zitadel_"), attributes: b.attributes()}
	c.results = sync.OnceValues(func() (map[string]tftypes.Value, error) {
		if results == nil {
			return nil, errors.New("the description contains no results for " + name)
		}
		objectType := dsschema.Schema{Attributes: c.attributes}.Type().TerraformType(context.Background())
		object, err := tfprotov6.DynamicValue{JSON: results}.Unmarshal(objectType)
		if err != nil {
			return nil, err
		}
		var values map[string]tftypes.Value
		return values, object.As(&values)
	})
	return c
}

// fill returns config with its computed attributes set to the results. If the block is stored
// in state, fill also sets arguments to null if they are null in the results.
func (c constants) fill(config tftypes.Value, stored bool) (tftypes.Value, error) {
	results, err := c.results()
	if err != nil {
		return config, err
	}
	var values map[string]tftypes.Value
	if err := config.As(&values); err != nil {
		return config, err
	}
	values = maps.Clone(values)
	for name, attribute := range c.attributes {
		if attribute.IsComputed() || stored && results[name].IsNull() {
			values[name] = results[name]
		}
	}
	return tftypes.NewValue(config.Type(), values), nil
}

// dataSource is a data source with constant results.
type dataSource struct{ constants }

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dsschema.Schema{Attributes: d.attributes}
}

func (d *dataSource) Read(_ context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var err error
	if resp.State.Raw, err = d.fill(req.Config.Raw, true); err != nil {
		resp.Diagnostics.AddError("Unable to read data source", err.Error())
	}
}

// ephemeralResource is an ephemeral resource with constant results.
type ephemeralResource struct{ constants }

func (e *ephemeralResource) Metadata(
	_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_" + e.name
}

func (e *ephemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = epschema.Schema{Attributes: map[string]epschema.Attribute{}}
	for name, attribute := range e.attributes {
		resp.Schema.Attributes[name] = attribute
	}
}

func (e *ephemeralResource) Open(_ context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var err error
	if resp.Result.Raw, err = e.fill(req.Config.Raw, false); err != nil {
		resp.Diagnostics.AddError("Unable to open ephemeral resource", err.Error())
	}
}
