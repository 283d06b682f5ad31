package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

func TestAccAccessToken(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for name, c := range map[string]struct {
		credentials func(*testing.T, *acctest.Instance) string
		format      string
	}{
		"opaque": {acctest.KeyFileCredentials("ZITADEL_TEST_SERVICE_KEY_FILE"), "opaque"},
		"jwt":    {acctest.KeyFileCredentials("ZITADEL_TEST_SERVICE_JWT_KEY_FILE"), "jwt"},
		"client credentials": {func(t *testing.T, i *acctest.Instance) string {
			return fmt.Sprintf("{ client_id = %q, client_secret = %s }", i.Get(t, "ZITADEL_TEST_SERVICE_CLIENT_ID"), i.FileExpression(t, "ZITADEL_TEST_SERVICE_CLIENT_SECRET"))
		}, ""},
	} {
		subtests.Run(name, func(t *testing.T) {
			const address = "data.zitadel_access_token.this"
			i := acctest.NewInstance(t)
			format := knownvalue.StringRegexp(regexp.MustCompile("^(jwt|opaque)$"))
			if c.format != "" {
				format = knownvalue.StringRegexp(regexp.MustCompile("^" + c.format + "$"))
			}
			i.TestSteps(t, providerServers, resource.TestStep{
				Config: fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = %s\n  project_ids = [%q]\n}\n", c.credentials(t, i), i.Get(t, "ZITADEL_TEST_PROJECT_ID")),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.ExpectValue(address, "access_token", knownvalue.NotNull()), acctest.ExpectSensitive(address, "access_token"),
					acctest.ExpectValue(address, "id_token", knownvalue.NotNull()), acctest.ExpectSensitive(address, "id_token"),
					acctest.ExpectValue(address, "token_type", knownvalue.StringExact("Bearer")),
					acctest.ExpectValue(address, "token_format", format),
					acctest.ExpectValue(address, "issued_at", acctest.UTCTime), acctest.ExpectValue(address, "expires_at", acctest.UTCTime),
					acctest.ExpectValue(address, "expires_in", knownvalue.NotNull()),
					acctest.ExpectValue(address, "credentials", knownvalue.Null()),
				},
			})
		})
	}
}
