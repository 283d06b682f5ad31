package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Credentials are rejected with a reason: by the provider if it can detect the fault, by
// ZITADEL otherwise.
func TestAccRejectedCredentials(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for name, c := range map[string]struct {
		block func(*testing.T, *acctest.Instance) string
		error string
	}{
		"application key for a token": {func(t *testing.T, i *acctest.Instance) string {
			return fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = { key_file = %q }\n}\n", i.Get(t, "ZITADEL_TEST_API_KEY_FILE"))
		}, `(?s)Unable to get access token.*application key cannot ask`},
		"service key for introspection": {func(t *testing.T, i *acctest.Instance) string {
			return fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = \"a\"\n  credentials = { key_file = %q }\n}\n", i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"))
		}, `(?s)Unable to introspect token.*service account key cannot`},
		"wrong secret of a service account": {func(t *testing.T, i *acctest.Instance) string {
			return fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = { client_id = %q, client_secret = \"wrong\" }\n}\n", i.Get(t, "ZITADEL_TEST_SERVICE_CLIENT_ID"))
		}, `(?s)Unable to get access token.*status\s+400.*client\s+secret\s+is\s+not\s+the\s+current\s+secret`},
		"no such service account": {func(*testing.T, *acctest.Instance) string {
			return "data \"zitadel_access_token\" \"this\" {\n  credentials = { client_id = \"nobody-of-this-name\", client_secret = \"wrong\" }\n}\n"
		}, `(?s)Unable to get access token.*No\s+service\s+account\s+has\s+this\s+name`},
		"wrong secret of an application": {func(t *testing.T, i *acctest.Instance) string {
			return fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = \"a\"\n  credentials = { client_id = %q, client_secret = \"wrong\" }\n}\n", i.Get(t, "ZITADEL_TEST_API_CLIENT_ID"))
		}, `(?s)Unable to introspect token.*not\s+an\s+active\s+API\s+application`},
		"key of another account": {func(t *testing.T, i *acctest.Instance) string {
			key := acctest.ChangeKey(t, []byte(acctest.ReadFile(t, i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"))), object{"keyId": "1"})
			return fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = { key_file = %q }\n}\n", acctest.WriteFile(t, t.TempDir(), "key.json", []byte(key)))
		}, `(?s)Unable to get access token.*(invalid_grant|server_error).*Key\s+1\s+of\s+the\s+service\s+account`},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.NewInstance(t)
			i.TestSteps(t, providerServers, resource.TestStep{Config: c.block(t, i), ExpectError: regexp.MustCompile(c.error)})
		})
	}
}
