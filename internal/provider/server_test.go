package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// Validation must neither send requests nor read keys.
func TestValidateSendsNothing(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_file": "/no/such/key.json"})
	blocks := map[string]object{
		"zitadel_access_token":         {},
		"zitadel_client_assertion":     {"credentials": object{"key_json": "not a key"}},
		"zitadel_introspection":        {"token": "opaque", "credentials": object{"key_file": "/no/such/key.json"}},
		"zitadel_token_verification":   {"token": "opaque"},
		"zitadel_userinfo":             {"token": "opaque"},
		"zitadel_token_exchange":       {"subject_token": "opaque"},
		"zitadel_key_info":             {},
		"zitadel_openid_configuration": {},
		"zitadel_jwks":                 {},
	}
	for name, schema := range p.Schemas.DataSourceSchemas {
		done, err := p.Server.ValidateDataResourceConfig(
			t.Context(),
			&tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: p.Encode(schema, blocks[name])},
		)
		if err != nil || len(done.Diagnostics) > 0 {
			t.Errorf("%s: got %v, error %v; want neither", name, acctest.Diagnostics(done.Diagnostics), err)
		}
	}
	unconfigured := startProvider(t) // a configured provider validates a block only when it opens the block
	for name, schema := range p.Schemas.EphemeralResourceSchemas {
		done, err := unconfigured.Server.ValidateEphemeralResourceConfig(
			t.Context(),
			&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: p.Encode(schema, blocks[name])},
		)
		if err != nil || len(done.Diagnostics) > 0 {
			t.Errorf("ephemeral %s: got %v, error %v; want neither", name, acctest.Diagnostics(done.Diagnostics), err)
		}
	}
	if n := i.Connections(); n > 0 {
		t.Errorf("%d connections to the issuer, want none", n)
	}
	_, found := p.Read("data", "zitadel_client_assertion", object{})
	if !acctest.ContainsAll(found.String(), "/no/such/key.json") {
		t.Errorf("reading a block does not report the missing key file, so this test proves nothing: %s", found)
	}
}

// A process must build each schema only once, whichever calls it receives.
func TestSchemasAreBuiltOnce(t *testing.T) {
	t.Parallel()
	built := provider.Built{}
	p := acctest.NewProcess(t, provider.NewServerCounting(built), providerSchemas())
	for range 2 {
		if _, err := p.Server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			t.Fatal(err)
		}
		p.Configure(object{"issuer": acctest.StartIssuer(t).URL})
		for name, schema := range p.Schemas.DataSourceSchemas {
			p.Read("data", name, requiredArguments(schema))
		}
		for name, schema := range p.Schemas.EphemeralResourceSchemas {
			p.Read("ephemeral", name, requiredArguments(schema))
		}
	}
	if want := 1 + len(p.Schemas.DataSourceSchemas) + len(p.Schemas.EphemeralResourceSchemas); len(built) != want {
		t.Errorf("%d schemas, want %d", len(built), want)
	}
	for name, each := range built {
		if len(each) != 1 {
			t.Errorf("the schema of %s was built %d times, want once", name, len(each))
		}
	}
}

// requiredArguments returns a block in which only the required arguments of the schema are set.
func requiredArguments(schema *tfprotov6.Schema) object {
	block := object{}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Required {
			block[attribute.Name] = "opaque"
		}
	}
	return block
}
