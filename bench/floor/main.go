// Command floor is a provider that does nothing: it has the attributes of the
// provider that is measured, and gives back constants of the same length. What a
// plan costs with it is what the CLI and the framework cost.
//
// It links nothing of the provider that it is compared with.
package main

import (
	"context"
	"log"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

const address = "registry.terraform.io/zitadel-tokens/floor"

func main() {
	// What the framework traces costs more than all else here, and the CLI drops
	// it: the floor is lower without.
	if os.Getenv("TF_LOG_SDK") == "" {
		if err := os.Setenv("TF_LOG_SDK", "off"); err != nil {
			log.Fatal(err)
		}
	}
	err := providerserver.Serve(context.Background(), newFloor, providerserver.ServeOpts{Address: address, ProtocolVersion: 6})
	if err != nil {
		log.Fatal(err)
	}
}

// floor names its types as the other provider does, so that one configuration
// fits both.
type floor struct {
	blocks    func() []block
	functions func() []constant
}

var _ provider.ProviderWithEphemeralResources = &floor{}
var _ provider.ProviderWithFunctions = &floor{}

func newFloor() provider.Provider {
	return &floor{blocks: sync.OnceValue(allBlocks), functions: sync.OnceValue(allFunctions)}
}

func (f *floor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "zitadel"
}

func (f *floor) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range providerAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{Attributes: attributes}
}

var _ schema.Attribute = dsschema.StringAttribute{}

func (f *floor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (f *floor) Resources(context.Context) []func() resource.Resource { return nil }

func (f *floor) DataSources(context.Context) (all []func() datasource.DataSource) {
	for _, b := range f.blocks() {
		all = append(all, func() datasource.DataSource { return &dataSource{b} })
	}
	return all
}

func (f *floor) EphemeralResources(context.Context) (all []func() ephemeral.EphemeralResource) {
	for _, b := range f.blocks() {
		if b.ephemeral != nil {
			all = append(all, func() ephemeral.EphemeralResource { return &ephemeralResource{b} })
		}
	}
	return all
}

func (f *floor) Functions(context.Context) (all []func() function.Function) {
	for _, c := range f.functions() {
		all = append(all, func() function.Function { return c })
	}
	return all
}
