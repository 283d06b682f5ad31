package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

func TestAccUserinfo(t *testing.T) {
	const address = "data.zitadel_userinfo.this"
	i := acctest.NewInstance(t)
	i.TestSteps(t, providerServers, resource.TestStep{
		Config: fmt.Sprintf(
			"data \"zitadel_userinfo\" \"this\" {\n  token = %s\n}\n",
			i.FileExpression(t, "ZITADEL_TEST_SERVICE_PAT"),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.ExpectValue(address, "subject", knownvalue.NotNull()),
			acctest.ExpectValue(address, "username", knownvalue.NotNull()),
			acctest.ExpectSensitive(address, "username"),
			acctest.ExpectValue(
				address,
				"resource_owner",
				knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": knownvalue.NotNull()}),
			),
			acctest.ExpectValue(address, "token", knownvalue.Null()),
			acctest.ExpectSensitive(address, "claims_json"),
		},
	})
}
