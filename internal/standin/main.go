// Command standin stands in for the other providers that the examples use. Its file name selects the
// provider: as terraform-provider-http, it stands in for hashicorp/http. A stand-in has the arguments,
// data sources and managed resources that the examples need, with the same names as in the original
// provider. Most operations fail unless the token is accepted.
//
// The command sends requests only to the test's issuer. It must not use the packages of the ZITADEL
// tokens provider.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	rschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	name := providerName()
	s, ok := standIns()[name]
	if !ok {
		log.Fatalf("no stand-in for the provider %q", name)
	}
	s.name = name
	options := providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/" + name, ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return s }, options); err != nil {
		log.Fatal(err)
	}
}

// providerName returns the provider's name, which it takes from the name of the executable.
func providerName() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-"), "_")
	return name
}

// standIn is a provider with data sources and managed resources.
type standIn struct {
	name      string
	arguments schema.Schema
	configure func(arguments) (client, error)
	sources   []source
	managed   []managed
}

// source is the declaration of a data source.
type source struct {
	name   string // the type, without the provider's name
	schema dsschema.Schema
	read   func(context.Context, client, arguments) (results map[string]any, err error)
}

// managed is the declaration of a managed resource.
type managed struct {
	name   string // the type, without the provider's name
	schema rschema.Schema
	// check returns an error unless the server accepts the token for this resource.
	check func(context.Context, client) error
}

func (s *standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

func (s *standIn) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = s.arguments
}

func (s *standIn) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	c, err := s.configure(arguments{ctx, req.Config})
	if err != nil {
		resp.Diagnostics.AddError(err.Error(), "")
	}
	resp.DataSourceData, resp.ResourceData = c, c
}

func (s *standIn) Resources(context.Context) (all []func() resource.Resource) {
	for _, each := range s.managed {
		all = append(all, func() resource.Resource { return &managedResource{managed: each, provider: s.name} })
	}
	return all
}

func (s *standIn) DataSources(context.Context) (all []func() datasource.DataSource) {
	for _, each := range s.sources {
		all = append(all, func() datasource.DataSource { return &dataSource{source: each, provider: s.name} })
	}
	return all
}

// dataSource is the data source of a stand-in.
type dataSource struct {
	source
	provider string
	client   client
}

func (d *dataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = strings.TrimSuffix(d.provider+"_"+d.name, "_")
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.schema
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.client, _ = req.ProviderData.(client)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	results, err := d.read(ctx, d.client, arguments{ctx, req.Config})
	if err != nil {
		resp.Diagnostics.AddError(err.Error(), "")
		return
	}
	resp.State.Raw = req.Config.Raw
	for name, value := range results {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// managedResource is a managed resource of a stand-in. It exists only in state. Its computed
// attributes have the values that [results] returns, or random values if it returns none.
type managedResource struct {
	managed
	provider string
	client   client
}

func (m *managedResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = m.provider + "_" + m.name
}

func (m *managedResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = m.schema
}

func (m *managedResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	m.client, _ = req.ProviderData.(client)
}

func (m *managedResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !m.accepted(ctx, &resp.Diagnostics) {
		return
	}
	values, err := results(m.provider + "_" + m.name)
	if err != nil {
		resp.Diagnostics.AddError(err.Error(), "")
		return
	}
	resp.State.Raw = req.Plan.Raw
	for name, attribute := range m.schema.Attributes {
		if !attribute.IsComputed() {
			continue
		}
		value, ok := values[name]
		if !ok {
			value = rand.Text()
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// results returns the values of a resource type's computed attributes. It reads them from the
// STANDIN_RESULTS environment variable, a JSON object that maps each resource type to an object of
// values. A test sets the variable so that a stand-in returns objects that exist in the test's
// issuer.
func results(resourceType string) (map[string]string, error) {
	variable := os.Getenv("STANDIN_RESULTS")
	if variable == "" {
		return nil, nil
	}
	var all map[string]map[string]string
	if err := json.Unmarshal([]byte(variable), &all); err != nil {
		return nil, fmt.Errorf("STANDIN_RESULTS: %w", err)
	}
	return all[resourceType], nil
}

func (m *managedResource) Read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	m.accepted(ctx, &resp.Diagnostics)
}

func (m *managedResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if m.accepted(ctx, &resp.Diagnostics) {
		resp.State.Raw = req.Plan.Raw
	}
}

func (m *managedResource) Delete(ctx context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	m.accepted(ctx, &resp.Diagnostics)
}

// accepted reports whether the server accepts the token. If it returns false, it also adds an
// error to diagnostics.
func (m *managedResource) accepted(ctx context.Context, diagnostics *diag.Diagnostics) bool {
	err := m.check(ctx, m.client)
	if err != nil {
		diagnostics.AddError(err.Error(), "")
	}
	return err == nil
}

// arguments contains the arguments of a provider or a data source. Its methods return the zero value
// for a null or unknown argument, because many providers do not distinguish these cases.
type arguments struct {
	ctx    context.Context
	config tfsdk.Config
}

// text returns the string argument at a path.
func (a arguments) text(at path.Path) string {
	var value types.String
	_ = a.config.GetAttribute(a.ctx, at, &value)
	return value.ValueString()
}

// isTrue returns the value of a bool argument.
func (a arguments) isTrue(name string) bool {
	var value types.Bool
	_ = a.config.GetAttribute(a.ctx, path.Root(name), &value)
	return value.ValueBool()
}
