package provider

import (
	"context"
	"reflect"
	"time"
	"unsafe"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// NewServerDialing returns a server that opens its connections with dial.
func NewServerDialing(dial dialer) tfprotov6.ProviderServer {
	return (&zitadelProvider{version: "test", dial: dial}).server()
}

// NewServerWithoutWaits returns a server that does not wait between attempts of a request.
func NewServerWithoutWaits() tfprotov6.ProviderServer {
	sleep := func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }
	return (&zitadelProvider{version: "test", sleep: sleep}).server()
}

// NewServerAt returns a server that uses now as its local clock.
func NewServerAt(now zitadel.LocalClock) tfprotov6.ProviderServer {
	return (&zitadelProvider{version: "test", now: now}).server()
}

// NewClient returns the client of the first session of a configured server. It creates the client
// if no block has needed it yet.
func NewClient(s tfprotov6.ProviderServer) *zitadel.Client {
	srv, _ := s.(*server)
	client, _ := srv.provider.run.sessions[0].client()
	return client
}

// EndProcess does what [Serve] does after the CLI has shut down the server: it revokes the tokens
// that are still held.
func EndProcess(s tfprotov6.ProviderServer) error {
	srv, _ := s.(*server)
	return srv.provider.shutDown()
}

// Built maps the name of each schema to the distinct instances of it that a server has built.
type Built map[string]map[schemaIdentity]bool

// schemaIdentity identifies an instance of a schema by the addresses of its attributes and of its
// description. If the schema is built again, the addresses differ.
type schemaIdentity struct {
	attributes  uintptr
	description *byte
}

// add records a schema.
func (b Built) add(name string, attributes any, description string) {
	if b[name] == nil {
		b[name] = map[schemaIdentity]bool{}
	}
	b[name][schemaIdentity{reflect.ValueOf(attributes).Pointer(), unsafe.StringData(description)}] = true
}

// NewServerCounting returns a server that records in built each schema that it builds.
func NewServerCounting(built Built) tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(&counting{zitadelProvider: &zitadelProvider{version: "test"}, built: built})()
}

// counting is a provider that records the schemas that it builds.
type counting struct {
	*zitadelProvider
	built Built
}

func (c *counting) Schema(ctx context.Context, req provider.SchemaRequest, resp *provider.SchemaResponse) {
	c.zitadelProvider.Schema(ctx, req, resp)
	c.built.add("provider", resp.Schema.Attributes, resp.Schema.MarkdownDescription)
}

func (c *counting) DataSources(ctx context.Context) (all []func() datasource.DataSource) {
	for _, newDataSource := range c.zitadelProvider.DataSources(ctx) {
		all = append(all, func() datasource.DataSource {
			data, _ := newDataSource().(datasource.DataSourceWithConfigure)
			return &countingData{data, c.built}
		})
	}
	return all
}

func (c *counting) EphemeralResources(ctx context.Context) (all []func() ephemeral.EphemeralResource) {
	for _, newResource := range c.zitadelProvider.EphemeralResources(ctx) {
		all = append(all, func() ephemeral.EphemeralResource {
			resource, _ := newResource().(ephemeral.EphemeralResourceWithConfigure)
			return &countingEphemeral{resource, c.built}
		})
	}
	return all
}

type countingData struct {
	datasource.DataSourceWithConfigure
	built Built
}

func (c *countingData) Schema(ctx context.Context, req datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	var named datasource.MetadataResponse
	c.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "data zitadel"}, &named)
	c.DataSourceWithConfigure.Schema(ctx, req, resp)
	c.built.add(named.TypeName, resp.Schema.Attributes, resp.Schema.MarkdownDescription)
}

type countingEphemeral struct {
	ephemeral.EphemeralResourceWithConfigure
	built Built
}

func (c *countingEphemeral) Schema(ctx context.Context, req ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	var named ephemeral.MetadataResponse
	c.Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: "ephemeral zitadel"}, &named)
	c.EphemeralResourceWithConfigure.Schema(ctx, req, resp)
	c.built.add(named.TypeName, resp.Schema.Attributes, resp.Schema.MarkdownDescription)
}

// FrameworkServer returns the framework's server for this provider, without the methods of [server].
func FrameworkServer() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(&zitadelProvider{})()
}
