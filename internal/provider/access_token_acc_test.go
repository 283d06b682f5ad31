package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// TestAccAccessToken gets an opaque token and a JWT with key files, and one token with a client
// secret. All subtests share one configuration, because running the CLI is slow.
func TestAccAccessToken(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	i := acctest.NewInstance(t)
	var step resource.TestStep
	for name, c := range map[string]struct {
		credentials acctest.CredentialsFunc
		format      string // a regular expression
	}{
		"opaque": {acctest.KeyFileCredentials("ZITADEL_TEST_SERVICE_KEY_FILE"), "^opaque$"},
		"jwt":    {acctest.KeyFileCredentials("ZITADEL_TEST_SERVICE_JWT_KEY_FILE"), "^jwt$"},
		"secret": {acctest.SecretCredentials("ZITADEL_TEST_SERVICE"), "^(jwt|opaque)$"},
	} {
		subtests.Run(name, func(sub *testing.T) {
			i.Require(sub, "ZITADEL_TEST_PROJECT_ID")
			c.credentials(sub, i)
			address := "data.zitadel_access_token." + name
			step.Config += fmt.Sprintf("data \"zitadel_access_token\" %q {\n  credentials = %s\n  project_ids = [%q]\n}\n",
				name, c.credentials(t, i), i.Get(t, "ZITADEL_TEST_PROJECT_ID"))
			for attribute, want := range map[string]knownvalue.Check{
				"access_token": knownvalue.NotNull(),
				"id_token":     knownvalue.NotNull(),
				"token_type":   knownvalue.StringExact("Bearer"),
				"token_format": knownvalue.StringRegexp(regexp.MustCompile(c.format)),
				"issued_at":    acctest.UTCTime,
				"expires_at":   acctest.UTCTime,
				"expires_in":   knownvalue.NotNull(),
				"credentials":  knownvalue.Null(),
			} {
				step.ConfigStateChecks = append(step.ConfigStateChecks, acctest.ExpectValue(address, attribute, want))
			}
			for _, attribute := range []string{"access_token", "id_token"} {
				step.ConfigStateChecks = append(step.ConfigStateChecks, acctest.ExpectSensitive(address, attribute))
			}
		})
	}
	if step.Config != "" {
		i.TestSteps(t, providerServers, step)
	}
}
