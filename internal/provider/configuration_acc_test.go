package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// If the issuer is unknown until apply, a data source with depends_on must be read during apply.
// Without depends_on, the run must fail with an error that names the issuer argument.
func TestAccUnknownIssuer(t *testing.T) {
	i := acctest.NewInstance(t)
	config := func(wait string) string {
		return fmt.Sprintf(`
resource "terraform_data" "issuer" {
  input = %q
}

provider "zitadel" {
  issuer = terraform_data.issuer.output
  %s
}

data "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  %s
}
`, i.Get(t, "ZITADEL_TEST_ISSUER"), i.ConnectArguments(), i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), wait)
	}
	acctest.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: providerServers, Steps: []resource.TestStep{
		{Config: config(""), ExpectError: printed(adviceOf("argument-unknown", "arguments", "issuer"))},
		{
			Config: config("depends_on = [terraform_data.issuer]"),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.ExpectValue("data.zitadel_access_token.this", "access_token", knownvalue.NotNull()),
				acctest.ExpectValue("data.zitadel_access_token.this", "credentials", knownvalue.Null()),
			},
		},
	}})
}
