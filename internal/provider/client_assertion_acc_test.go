package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// ZITADEL must issue a token for an assertion that zitadel_client_assertion signed.
func TestAccClientAssertion(t *testing.T) {
	const address = "data.zitadel_client_assertion.this"
	i := acctest.NewInstance(t)
	i.TestSteps(t, providerServers, resource.TestStep{
		Config: fmt.Sprintf(`
data "zitadel_client_assertion" "this" {
  credentials = { key_file = %q }
  lifetime    = "5m"
}

data "zitadel_access_token" "this" {
  credentials = { assertion = data.zitadel_client_assertion.this.assertion }
}
`, i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE")),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.ExpectValue(address, "assertion", knownvalue.NotNull()),
			acctest.ExpectSensitive(address, "assertion"),
			acctest.ExpectValue(
				address,
				"assertion_type",
				knownvalue.StringExact("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
			),
			acctest.ExpectValue(address, "subject", knownvalue.NotNull()),
			acctest.ExpectValue(address, "key_id", knownvalue.NotNull()),
			acctest.ExpectValue(address, "issued_at", acctest.UTCTime),
			acctest.ExpectValue(address, "expires_at", acctest.UTCTime),
			acctest.ExpectValue(address, "credentials", knownvalue.Null()),
			acctest.ExpectValue("data.zitadel_access_token.this", "access_token", knownvalue.NotNull()),
			acctest.ExpectValue("data.zitadel_access_token.this", "credentials", knownvalue.Null()),
		},
	})
}
