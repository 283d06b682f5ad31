package acctest

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Instance is a ZITADEL with everything that the acceptance tests use: a live one, or
// the built-in issuer. Variables describe it, which have the same names for both.
type Instance struct {
	builtIn   *optest.Issuer // nil for a live instance
	variables map[string]string
}

// IsLive reports whether the tests use a live instance.
func IsLive() bool { return os.Getenv("ZITADEL_TEST_ISSUER") != "" }

// live counts the tests of a run with a live instance.
var live struct{ used, skipped atomic.Int64 }

// liveSummary describes how many tests of a run have used the live instance. Subtests
// count like tests.
func liveSummary() string {
	return fmt.Sprintf("%d tests used the live instance %s, and %d were skipped: -v prints why.",
		live.used.Load(), os.Getenv("ZITADEL_TEST_ISSUER"), live.skipped.Load())
}

// NewInstance returns the live instance that ZITADEL_TEST_ISSUER names, or a built-in
// issuer for this test if the variable is not set. It skips a test without a CLI.
//
// A new variable is added here, and in internal/live, which sets it for a live
// instance.
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

// Get returns the value of a variable. It skips the test if the variable is not set.
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

// FileExpression returns an HCL expression for the value of a variable that is secret.
// The value itself may not be in a configuration, which the test library logs.
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

// ConnectArguments returns the arguments of a provider block that are required to
// connect to the instance, besides issuer.
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

// CredentialsFunc returns an HCL object of credentials for an instance.
type CredentialsFunc func(*testing.T, *Instance) string

// KeyFileCredentials returns credentials whose key file a variable names.
func KeyFileCredentials(variable string) CredentialsFunc {
	return func(t *testing.T, i *Instance) string {
		t.Helper()
		return fmt.Sprintf("{ key_file = %q }", i.Get(t, variable))
	}
}

// SecretCredentials returns credentials whose client ID and secret are the values of
// two variables that begin with a prefix, such as ZITADEL_TEST_API.
func SecretCredentials(prefix string) CredentialsFunc {
	return func(t *testing.T, i *Instance) string {
		t.Helper()
		return fmt.Sprintf("{ client_id = %q, client_secret = %s }",
			i.Get(t, prefix+"_CLIENT_ID"), i.FileExpression(t, prefix+"_CLIENT_SECRET"))
	}
}
