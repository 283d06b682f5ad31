package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// A JWT access token must be reported as valid, and an opaque token, which cannot be verified, as invalid.
func TestAccTokenVerification(t *testing.T) {
	const address = "data.zitadel_token_verification.this"
	i := acctest.NewInstance(t)
	project := i.Get(t, "ZITADEL_TEST_PROJECT_ID")
	config := func(service string) string {
		return fmt.Sprintf(`
data "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
  scopes      = ["openid", "urn:zitadel:iam:org:projects:roles"]
}

data "zitadel_token_verification" "this" {
  token             = data.zitadel_access_token.this.access_token
  project_id        = %q
  required_roles    = ["reader", "writer"]
  required_audience = [%q]
}
`, i.Get(t, service), project, project, project)
	}
	i.TestSteps(t, providerServers,
		resource.TestStep{Config: config("ZITADEL_TEST_SERVICE_JWT_KEY_FILE"), ConfigStateChecks: []statecheck.StateCheck{
			acctest.ExpectValue(address, "valid", knownvalue.Bool(true)),
			acctest.ExpectValue(address, "failures", knownvalue.ListSizeExact(0)),
			acctest.ExpectValue(
				address,
				"roles",
				knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("reader"), knownvalue.StringExact("writer")}),
			),
			acctest.ExpectValue(address, "issuer", knownvalue.StringExact(i.Get(t, "ZITADEL_TEST_ISSUER"))),
			acctest.ExpectValue(address, "subject", knownvalue.NotNull()),
			acctest.ExpectValue(address, "expires_at", acctest.UTCTime),
			acctest.ExpectValue(address, "header_json", knownvalue.NotNull()),
			acctest.ExpectValue(address, "token", knownvalue.Null()),
			acctest.ExpectSensitive(address, "claims_json"),
		}},
		resource.TestStep{Config: config("ZITADEL_TEST_SERVICE_KEY_FILE"), ConfigStateChecks: []statecheck.StateCheck{
			acctest.ExpectValue(address, "valid", knownvalue.Bool(false)),
			statecheck.ExpectKnownValue(
				address,
				tfjsonpath.New("failures").AtSliceIndex(0).AtMapKey("code"),
				knownvalue.StringExact("opaque_token"),
			),
		}},
	)
}
