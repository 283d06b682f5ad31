package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

func TestAccKeyInfo(t *testing.T) {
	const address = "data.zitadel_key_info.this"
	i := acctest.NewInstance(t)
	i.TestSteps(t, providerServers, resource.TestStep{
		Config: fmt.Sprintf(
			"data \"zitadel_key_info\" \"this\" {\n  key_file = %q\n}\n",
			i.Get(t, "ZITADEL_TEST_API_KEY_FILE"),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.ExpectValue(address, "type", knownvalue.StringExact("application")),
			acctest.ExpectValue(address, "client_id", knownvalue.NotNull()),
			acctest.ExpectValue(address, "user_id", knownvalue.Null()),
			acctest.ExpectValue(address, "jwk_thumbprint", knownvalue.NotNull()),
		},
	})
}
