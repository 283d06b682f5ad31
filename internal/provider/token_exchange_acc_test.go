package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

func TestAccTokenExchange(t *testing.T) {
	const address = "data.zitadel_token_exchange.this"
	i := acctest.NewInstance(t)
	i.TestSteps(t, providerServers, resource.TestStep{
		Config: fmt.Sprintf(`
data "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
  scopes      = ["openid"]
}

data "zitadel_token_exchange" "this" {
  subject_token        = data.zitadel_access_token.this.access_token
  requested_token_type = "jwt"
  scopes               = ["openid"]
  credentials          = { client_id = %q, client_secret = %s }
}
`, i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), i.Get(t, "ZITADEL_TEST_PROJECT_ID"),
			i.Get(t, "ZITADEL_TEST_OIDC_CLIENT_ID"), i.FileExpression(t, "ZITADEL_TEST_OIDC_CLIENT_SECRET")),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.ExpectValue(address, "access_token", knownvalue.NotNull()),
			acctest.ExpectSensitive(address, "access_token"),
			acctest.ExpectValue(address, "token_format", knownvalue.StringExact("jwt")),
			acctest.ExpectValue(address, "issued_token_type", knownvalue.StringExact("jwt")),
			acctest.ExpectValue(
				address,
				"granted_scopes",
				knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("openid")}),
			),
			acctest.ExpectValue(address, "subject_token", knownvalue.Null()),
			acctest.ExpectValue(address, "credentials", knownvalue.Null()),
		},
	})
}
