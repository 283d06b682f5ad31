// Command standin is each of the other providers that the examples use, by the
// name that it is called by: terraform-provider-http is hashicorp/http. It has
// the arguments that the examples need, spelled as the original spells them, and
// one data source, and some a managed resource too. Each fails unless the token
// that it was given is good.
package main

import (
	"context"
	"crypto/rand"
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
	s, ok := originals()[name]
	if !ok {
		log.Fatal("there is no stand-in for a provider of the name that this is called by")
	}
	s.name = name
	options := providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/" + name, ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return s }, options); err != nil {
		log.Fatal(err)
	}
}

// providerName returns the provider name under which this program was started.
func providerName() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-"), "_")
	return name
}

// standIn is a provider with one data source and, if managed is set, one managed
// resource.
type standIn struct {
	name      string
	arguments schema.Schema
	configure func(arguments) (client, error)
	block     string // what the data source is called, after the provider
	schema    dsschema.Schema
	read      func(context.Context, client, arguments) (results map[string]any, err error)

	managed       string // the name of the managed resource, after the provider
	managedSchema rschema.Schema
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

func (s *standIn) Resources(context.Context) []func() resource.Resource {
	if s.managed == "" {
		return nil
	}
	return []func() resource.Resource{func() resource.Resource { return &managedResource{standIn: s} }}
}

func (s *standIn) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &dataSource{standIn: s} }}
}

type dataSource struct {
	*standIn
	client client
}

func (d *dataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = strings.TrimSuffix(d.name+"_"+d.block, "_")
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

// managedResource exists only in state. Each operation fails unless the token is
// accepted.
type managedResource struct {
	*standIn
	client client
}

func (m *managedResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = m.name + "_" + m.managed
}

func (m *managedResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = m.managedSchema
}

func (m *managedResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	m.client, _ = req.ProviderData.(client)
}

func (m *managedResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !m.accepted(ctx, &resp.Diagnostics) {
		return
	}
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), rand.Text())...)
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

// accepted reports whether the server accepts the token, and adds an error if not.
func (m *managedResource) accepted(ctx context.Context, diagnostics *diag.Diagnostics) bool {
	err := m.client.accepted(ctx)
	if err != nil {
		diagnostics.AddError(err.Error(), "")
	}
	return err == nil
}

// arguments are those of a provider or a data source. What is unknown, or left
// out, is zero, as it is to a provider that does not look.
type arguments struct {
	ctx    context.Context
	config tfsdk.Config
}

func (a arguments) text(at path.Path) string {
	var value types.String
	_ = a.config.GetAttribute(a.ctx, at, &value)
	return value.ValueString()
}

func (a arguments) is(name string) bool {
	var value types.Bool
	_ = a.config.GetAttribute(a.ctx, path.Root(name), &value)
	return value.ValueBool()
}
