package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// The ephemeral twins give the same, and hand it on.
func TestAccEphemeral(t *testing.T) {
	i := anInstance(t)
	config := i.providerBlock(t) + fmt.Sprintf(`
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
}

ephemeral "zitadel_introspection" "this" {
  token          = ephemeral.zitadel_access_token.this.access_token
  credentials    = { key_file = %q }
  required_roles = ["reader"]
}

ephemeral "zitadel_client_assertion" "this" {
  credentials = { key_file = %q }
}

provider "echo" {
  data = {
    valid = ephemeral.zitadel_introspection.this.valid
    roles = ephemeral.zitadel_introspection.this.roles
    type  = ephemeral.zitadel_client_assertion.this.assertion_type
  }
}

resource "echo" "this" {}
`, i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), i.get(t, "ZITADEL_TEST_PROJECT_ID"), i.get(t, "ZITADEL_TEST_API_KEY_FILE"), i.get(t, "ZITADEL_TEST_API_KEY_FILE"))
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
		ProtoV6ProviderFactories: servers,
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("valid"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("type"), knownvalue.StringExact("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("roles"), knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("reader")})),
			},
		}},
	})
}

// The run ends, the token ends: it is asked about from outside.
func TestAccRevocation(t *testing.T) {
	revokers := map[string]func(*testing.T, *instance) string{
		"key": keyFile("ZITADEL_TEST_OIDC_KEY_FILE"),
		"secret": func(t *testing.T, i *instance) string {
			t.Helper()
			return fmt.Sprintf("{ client_id = %q, client_secret = %s }", i.get(t, "ZITADEL_TEST_OIDC_CLIENT_ID"), i.hidden(t, "ZITADEL_TEST_OIDC_CLIENT_SECRET"))
		},
	}
	for by, revoker := range revokers {
		for _, service := range []string{"ZITADEL_TEST_SERVICE_KEY_FILE", "ZITADEL_TEST_SERVICE_JWT_KEY_FILE"} {
			t.Run(by+"/"+service, func(t *testing.T) {
				i := anInstance(t)
				introspect := fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = echo.this.data\n  credentials = { key_file = %q }\n}\n", i.get(t, "ZITADEL_TEST_API_KEY_FILE"))
				resource.ParallelTest(t, resource.TestCase{
					TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
					ProtoV6ProviderFactories: servers,
					Steps: []resource.TestStep{
						{
							Config: i.providerBlock(t) + fmt.Sprintf(`
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
  revoke_with = %s
}

provider "echo" {
  data = ephemeral.zitadel_access_token.this.access_token
}

resource "echo" "this" {}
`, i.get(t, service), i.get(t, "ZITADEL_TEST_PROJECT_ID"), revoker(t, i)),
							ConfigStateChecks: []statecheck.StateCheck{at("echo.this", "data", knownvalue.NotNull())},
						},
						// The echo keeps the token of the run before.
						{
							Config:            i.providerBlock(t) + "provider \"echo\" {\n  data = null\n}\n\nresource \"echo\" \"this\" {}\n" + introspect,
							ConfigStateChecks: append(failed("inactive", "revoked"), at("data.zitadel_introspection.this", "active", knownvalue.Bool(false))),
						},
					},
				})
			})
		}
	}
}
