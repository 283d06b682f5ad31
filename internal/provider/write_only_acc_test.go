package provider_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	tfprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	tfresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// An ephemeral token must reach a write-only argument, and must not be stored in state.
func TestAccWriteOnly(t *testing.T) {
	i := acctest.NewInstance(t)
	received := &atomic.Value{}
	acctest.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"zitadel": providerServers["zitadel"],
			"sink":    providerserver.NewProtocol6WithError(&sink{received: received}),
		},
		Steps: []resource.TestStep{{
			Config: i.ProviderBlock(t) + fmt.Sprintf(`
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = %q }
}

resource "sink_secret" "this" {
  secret = ephemeral.zitadel_access_token.this.access_token
}
`, i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE")),
			ConfigStateChecks: []statecheck.StateCheck{acctest.ExpectValue("sink_secret.this", "secret", knownvalue.Null())},
		}},
	})
	if token, _ := received.Load().(string); len(token) < 20 {
		t.Errorf("the write-only argument received a token of %d characters, want at least 20", len(token))
	}
}

// sink is a provider with a resource that receives a secret and does not store it.
type sink struct{ received *atomic.Value }

func (s *sink) Metadata(_ context.Context, _ tfprovider.MetadataRequest, resp *tfprovider.MetadataResponse) {
	resp.TypeName = "sink"
}
func (s *sink) Schema(context.Context, tfprovider.SchemaRequest, *tfprovider.SchemaResponse) {}
func (s *sink) Configure(context.Context, tfprovider.ConfigureRequest, *tfprovider.ConfigureResponse) {
}
func (s *sink) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (s *sink) Resources(context.Context) []func() tfresource.Resource {
	return []func() tfresource.Resource{func() tfresource.Resource { return &sinkSecret{received: s.received} }}
}

// sinkSecret is the resource of sink. Create stores the secret in received instead of in state.
type sinkSecret struct{ received *atomic.Value }

func (s *sinkSecret) Metadata(_ context.Context, _ tfresource.MetadataRequest, resp *tfresource.MetadataResponse) {
	resp.TypeName = "sink_secret"
}

func (s *sinkSecret) Schema(_ context.Context, _ tfresource.SchemaRequest, resp *tfresource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{"secret": schema.StringAttribute{Required: true, WriteOnly: true}},
	}
}

func (s *sinkSecret) Create(ctx context.Context, req tfresource.CreateRequest, resp *tfresource.CreateResponse) {
	var secret string
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("secret"), &secret)...)
	s.received.Store(secret)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("secret"), types.StringNull())...)
}

func (s *sinkSecret) Read(context.Context, tfresource.ReadRequest, *tfresource.ReadResponse) {}
func (s *sinkSecret) Update(context.Context, tfresource.UpdateRequest, *tfresource.UpdateResponse) {
}
func (s *sinkSecret) Delete(context.Context, tfresource.DeleteRequest, *tfresource.DeleteResponse) {}
