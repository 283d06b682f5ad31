package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

func TestAccDiscovery(t *testing.T) {
	i := acctest.NewInstance(t)
	url := i.Get(t, "ZITADEL_TEST_ISSUER")
	i.TestSteps(t, providerServers, resource.TestStep{
		Config: "data \"zitadel_openid_configuration\" \"this\" {}\n\ndata \"zitadel_jwks\" \"this\" {}\n",
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.ExpectValue("data.zitadel_openid_configuration.this", "issuer", knownvalue.StringExact(url)),
			acctest.ExpectValue(
				"data.zitadel_openid_configuration.this",
				"token_endpoint",
				knownvalue.StringExact(url+"/oauth/v2/token"),
			),
			acctest.ExpectValue("data.zitadel_openid_configuration.this", "document_json", knownvalue.NotNull()),
			statecheck.ExpectKnownValue(
				"data.zitadel_jwks.this",
				tfjsonpath.New("keys").AtSliceIndex(0).AtMapKey("public_key_pem"),
				knownvalue.StringRegexp(regexp.MustCompile("^-----BEGIN PUBLIC KEY-----\n")),
			),
			statecheck.ExpectKnownValue(
				"data.zitadel_jwks.this",
				tfjsonpath.New("keys").AtSliceIndex(0).AtMapKey("kid"),
				knownvalue.NotNull(),
			),
		},
	})
}
