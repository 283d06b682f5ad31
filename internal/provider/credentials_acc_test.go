package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Invalid credentials must be rejected with a reason: by the provider if it can detect the fault
// without a request, and otherwise by ZITADEL.
func TestAccRejectedCredentials(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	block := func(kind, arguments, credentials string) string {
		return fmt.Sprintf("data %q \"this\" {\n  %s\n  credentials = { %s }\n}\n", kind, arguments, credentials)
	}
	token := func(credentials string, values ...any) string {
		return block("zitadel_access_token", "", fmt.Sprintf(credentials, values...))
	}
	introspection := func(credentials string, values ...any) string {
		return block("zitadel_introspection", `token = "a"`, fmt.Sprintf(credentials, values...))
	}
	const getToken, introspect = "get access token", "introspect token"
	for name, c := range map[string]struct {
		config func(*testing.T, *acctest.Instance) string
		error  []string // expected substrings of the diagnostic, in this order
	}{
		"application key for a token": {func(t *testing.T, i *acctest.Instance) string {
			return token("key_file = %q", i.Get(t, "ZITADEL_TEST_API_KEY_FILE"))
		}, []string{unableTo(getToken), "[application-key-for-token]"}},
		"service key for introspection": {func(t *testing.T, i *acctest.Instance) string {
			return introspection("key_file = %q", i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"))
		}, []string{unableTo(introspect), "[service-account-key-for-introspection]"}},
		"wrong service account secret": {func(t *testing.T, i *acctest.Instance) string {
			return token(`client_id = %q, client_secret = "wrong"`, i.Get(t, "ZITADEL_TEST_SERVICE_CLIENT_ID"))
		}, []string{unableTo(getToken), inResponse("400"), "[client-secret-wrong]"}},
		"unknown service account": {func(*testing.T, *acctest.Instance) string {
			return token(`client_id = "no-such-account", client_secret = "wrong"`)
		}, []string{unableTo(getToken), "[service-account-unknown]"}},
		"wrong application secret": {func(t *testing.T, i *acctest.Instance) string {
			return introspection(`client_id = %q, client_secret = "wrong"`, i.Get(t, "ZITADEL_TEST_API_CLIENT_ID"))
		}, []string{unableTo(introspect), "[application-or-secret-wrong]"}},
		"unknown key ID": {func(t *testing.T, i *acctest.Instance) string {
			key := []byte(acctest.ReadFile(t, i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE")))
			other := acctest.ChangeKey(t, key, object{"keyId": "999000111222333444"})
			return token("key_file = %q", acctest.WriteFile(t, t.TempDir(), "key.json", []byte(other)))
		}, []string{unableTo(getToken), inResponse(""), "999000111222333444", "[key-not-accepted]"}},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.NewInstance(t)
			i.TestSteps(t, providerServers, resource.TestStep{Config: c.config(t, i), ExpectError: printed(c.error...)})
		})
	}
}
