package acctest

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Instance is the ZITADEL instance that an acceptance test uses: either a live instance or a
// built-in issuer ([StartIssuer]). The same variables describe both.
type Instance struct {
	builtIn   *optest.Issuer // nil for a live instance
	variables map[string]string
}

// IsLive reports whether the tests use a live instance.
func IsLive() bool { return os.Getenv("ZITADEL_TEST_ISSUER") != "" }

// live counts the tests that used the live instance and the tests that were skipped.
var live struct{ used, skipped atomic.Int64 }

// liveSummary reports how many tests used the live instance and how many were skipped. Each subtest
// counts as a test.
func liveSummary() string {
	return fmt.Sprintf("%d tests used the live instance %s, and %d were skipped. Run with -v to see the reasons.",
		live.used.Load(), os.Getenv("ZITADEL_TEST_ISSUER"), live.skipped.Load())
}

// NewInstance returns the live instance that ZITADEL_TEST_ISSUER names, or a built-in
// issuer for this test if the variable is not set. It skips the test if acceptance tests
// are not enabled.
//
// To add a variable, set it here for the built-in issuer, and in internal/live for a
// live instance.
func NewInstance(t *testing.T) *Instance {
	t.Helper()
	SkipWithoutCLI(t)
	if IsLive() {
		t.Cleanup(func() {
			if t.Skipped() {
				live.skipped.Add(1)
			} else {
				live.used.Add(1)
			}
		})
		return &Instance{}
	}
	i := StartIssuer(t)
	w := i.World
	folder := t.TempDir()
	return &Instance{builtIn: i, variables: map[string]string{
		"ZITADEL_TEST_ISSUER":               i.URL,
		"ZITADEL_TEST_PROJECT_ID":           w.Project.ID,
		"ZITADEL_TEST_SERVICE_KEY_FILE":     WriteFile(t, folder, "service.json", w.Service.KeyJSON()),
		"ZITADEL_TEST_SERVICE_JWT_KEY_FILE": WriteFile(t, folder, "service-jwt.json", w.ServiceJWT.KeyJSON()),
		"ZITADEL_TEST_SERVICE_NOGRANT_KEY_FILE": WriteFile(
			t,
			folder,
			"service-nogrant.json",
			w.ServiceNoGrant.KeyJSON(),
		),
		"ZITADEL_TEST_SERVICE_CLIENT_ID":     w.Service.Name,
		"ZITADEL_TEST_SERVICE_CLIENT_SECRET": w.Service.Secret,
		"ZITADEL_TEST_SERVICE_PAT":           w.Service.PAT,
		"ZITADEL_TEST_API_KEY_FILE":          WriteFile(t, folder, "api.json", w.API.KeyJSON()),
		"ZITADEL_TEST_API_CLIENT_ID":         w.APIBasic.ClientID,
		"ZITADEL_TEST_API_CLIENT_SECRET":     w.APIBasic.Secret,
		"ZITADEL_TEST_OTHER_API_KEY_FILE":    WriteFile(t, folder, "other-api.json", w.OtherAPI.KeyJSON()),
		"ZITADEL_TEST_OIDC_KEY_FILE":         WriteFile(t, folder, "oidc.json", w.OIDC.KeyJSON()),
		"ZITADEL_TEST_OIDC_CLIENT_ID":        w.OIDC.ClientID,
		"ZITADEL_TEST_OIDC_CLIENT_SECRET":    w.OIDC.Secret,
	}}
}

// Get returns the value of a variable. It skips the test if the variable is empty.
func (i *Instance) Get(t *testing.T, variable string) string {
	t.Helper()
	value := strings.TrimSuffix(os.Getenv(variable), "/")
	if i.builtIn != nil {
		value = i.variables[variable]
	}
	if value == "" {
		t.Skipf("%s is not set", variable)
	}
	return value
}

// Require skips the test unless all of the variables are set.
func (i *Instance) Require(t *testing.T, variables ...string) {
	t.Helper()
	for _, variable := range variables {
		i.Get(t, variable)
	}
}

// FileExpression returns an HCL expression that reads the secret value of a variable from
// a file. The configuration must not contain the value itself, because terraform-plugin-testing
// logs configurations.
func (i *Instance) FileExpression(t *testing.T, variable string) string {
	t.Helper()
	return fmt.Sprintf("file(%q)", WriteFile(t, t.TempDir(), "value", []byte(i.Get(t, variable))))
}

// ProviderBlock returns a provider block for the instance, without credentials.
func (i *Instance) ProviderBlock(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf(
		"provider \"zitadel\" {\n  issuer = %q\n  %s\n}\n",
		i.Get(t, "ZITADEL_TEST_ISSUER"),
		i.ConnectArguments(),
	)
}

// ConnectArguments returns the provider arguments, besides issuer, that are required to connect to
// the instance.
func (i *Instance) ConnectArguments() string {
	arguments := ""
	if url := os.Getenv("ZITADEL_TEST_CONNECT_URL"); i.builtIn == nil && url != "" {
		arguments += fmt.Sprintf("connect_url = %q\n", url)
	}
	if strings.HasPrefix(os.Getenv("ZITADEL_TEST_ISSUER"), "http://") {
		arguments += "insecure = true\n"
	}
	return arguments
}

// CredentialsFunc returns an HCL object with credentials for an instance.
type CredentialsFunc func(*testing.T, *Instance) string

// KeyFileCredentials returns a CredentialsFunc for the key file whose path is the value of the
// given variable.
func KeyFileCredentials(variable string) CredentialsFunc {
	return func(t *testing.T, i *Instance) string {
		t.Helper()
		return fmt.Sprintf("{ key_file = %q }", i.Get(t, variable))
	}
}

// SecretCredentials returns a CredentialsFunc for a client ID and a client secret. They are the
// values of two variables, whose names are the prefix, such as ZITADEL_TEST_API, followed by
// _CLIENT_ID and _CLIENT_SECRET.
func SecretCredentials(prefix string) CredentialsFunc {
	return func(t *testing.T, i *Instance) string {
		t.Helper()
		return fmt.Sprintf("{ client_id = %q, client_secret = %s }",
			i.Get(t, prefix+"_CLIENT_ID"), i.FileExpression(t, prefix+"_CLIENT_SECRET"))
	}
}
