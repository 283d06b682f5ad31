// Command floor is a provider whose blocks return constants. It uses the same framework and
// the same schemas as the ZITADEL provider. "make bench" compares the two providers: the cost
// of the floor is the cost of the CLI and the framework alone. The floor must share no code
// with the ZITADEL provider.
package main

import (
	"context"
	"log"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	// Disable tracing by default, as the ZITADEL provider does. Tracing takes more than a
	// third of a plan's CPU time.
	if os.Getenv("TF_LOG_SDK") == "" {
		if err := os.Setenv("TF_LOG_SDK", "off"); err != nil {
			log.Fatal(err)
		}
	}
	f := &floor{read: sync.OnceValues(readDescription)}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return f },
		providerserver.ServeOpts{Address: "registry.terraform.io/zitadel-tokens/zitadel", ProtocolVersion: 6})
	if err != nil {
		log.Fatal(err)
	}
}

// floor is the provider. It reads its description on first use.
type floor struct{ read func() (*description, error) }

var _ provider.ProviderWithEphemeralResources = &floor{}
var _ provider.ProviderWithFunctions = &floor{}

// described returns the description. If the description cannot be read, described exits the
// process.
func (f *floor) described() *description {
	d, err := f.read()
	if err != nil {
		log.Fatal(err)
	}
	return d
}

func (f *floor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "zitadel"
}

func (f *floor) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{}}
	for name, attribute := range f.described().Schemas.Provider.attributes() {
		resp.Schema.Attributes[name] = attribute
	}
}

func (f *floor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (f *floor) Resources(context.Context) []func() resource.Resource { return nil }

func (f *floor) DataSources(context.Context) (all []func() datasource.DataSource) {
	d := f.described()
	for name, s := range d.Schemas.DataSources {
		b := newConstants(name, s, d.Results[name])
		all = append(all, func() datasource.DataSource { return &dataSource{b} })
	}
	return all
}

func (f *floor) EphemeralResources(context.Context) (all []func() ephemeral.EphemeralResource) {
	d := f.described()
	for name, s := range d.Schemas.EphemeralResources {
		b := newConstants(name, s, d.Results[name])
		all = append(all, func() ephemeral.EphemeralResource { return &ephemeralResource{b} })
	}
	return all
}

func (f *floor) Functions(context.Context) (all []func() function.Function) {
	d := f.described()
	for name, s := range d.Schemas.Functions {
		c := newConstant(name, s, d.Results[name])
		all = append(all, func() function.Function { return c })
	}
	return all
}
