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

// NewServerDialing is NewServer with another network.
func NewServerDialing(dial dialer) tfprotov6.ProviderServer {
	return (&zitadelProvider{version: "test", dial: dial}).server()
}

// NewServerWithoutWaits is NewServer without waits between attempts.
func NewServerWithoutWaits() tfprotov6.ProviderServer {
	sleep := func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }
	return (&zitadelProvider{version: "test", sleep: sleep}).server()
}

// NewServerAt returns a server whose local clock is now.
func NewServerAt(now zitadel.LocalClock) tfprotov6.ProviderServer {
	return (&zitadelProvider{version: "test", now: now}).server()
}

// NewClient returns the client of a server, which it creates if no block needed it yet.
func NewClient(s tfprotov6.ProviderServer) *zitadel.Client {
	own, _ := s.(*server)
	client, _ := own.provider.run.sessions[0].client()
	return client
}

// EndProcess runs the part of Serve that follows the shutdown of the server.
func EndProcess(s tfprotov6.ProviderServer) error {
	own, _ := s.(*server)
	return own.provider.shutDown()
}

// Built are the different schemas that a server returned, by name.
type Built map[string]map[schemaIdentity]bool

// schemaIdentity is the addresses of the parts of a schema, which differ if it is built
// again.
type schemaIdentity struct {
	attributes  uintptr
	description *byte
}

func (b Built) add(name string, attributes any, description string) {
	if b[name] == nil {
		b[name] = map[schemaIdentity]bool{}
	}
	b[name][schemaIdentity{reflect.ValueOf(attributes).Pointer(), unsafe.StringData(description)}] = true
}

// NewServerCounting is NewServer with a record of its schemas.
func NewServerCounting(built Built) tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(&counting{zitadelProvider: &zitadelProvider{version: "test"}, built: built})()
}

type counting struct {
	*zitadelProvider
	built Built
}

func (c *counting) Schema(ctx context.Context, req provider.SchemaRequest, resp *provider.SchemaResponse) {
	c.zitadelProvider.Schema(ctx, req, resp)
	c.built.add("provider", resp.Schema.Attributes, resp.Schema.MarkdownDescription)
}

func (c *counting) DataSources(ctx context.Context) (all []func() datasource.DataSource) {
	for _, one := range c.zitadelProvider.DataSources(ctx) {
		all = append(all, func() datasource.DataSource {
			data, _ := one().(datasource.DataSourceWithConfigure)
			return &countingData{data, c.built}
		})
	}
	return all
}

func (c *counting) EphemeralResources(ctx context.Context) (all []func() ephemeral.EphemeralResource) {
	for _, one := range c.zitadelProvider.EphemeralResources(ctx) {
		all = append(all, func() ephemeral.EphemeralResource {
			resource, _ := one().(ephemeral.EphemeralResourceWithConfigure)
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

// FrameworkServer returns the framework's server of this provider.
func FrameworkServer() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(&zitadelProvider{})()
}
