package provider_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestMain(m *testing.M) {
	// The issuer's library tells of every route that it registers.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	debug.SetGCPercent(400) // nearly all that the tests make is garbage at once
	// What is set here must not decide what is tested.
	for _, name := range []string{
		"ZITADEL_ISSUER", "ZITADEL_HOST", "ZITADEL_DOMAIN", "ZITADEL_CONNECT_URL", "ZITADEL_KEY_JSON", "ZITADEL_KEY_FILE",
		"ZITADEL_KEY_PATH", "ZITADEL_CLIENT_ID", "ZITADEL_CLIENT_SECRET", "ZITADEL_ASSERTION", "TF_APPEND_USER_AGENT",
	} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	if err := collect(); err != nil {
		panic(err)
	}
	code := m.Run()
	// In a test's process the plugin library reads for ever what a provider prints;
	// and connections to a live instance stay open, as they should.
	live := os.Getenv("ZITADEL_TEST_ISSUER") != ""
	if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/hashicorp/go-plugin.copyChan")); err != nil && !live {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	for _, found := range leaks(code == 0) {
		fmt.Fprintln(os.Stderr, "FAIL:", found)
		code = 1
	}
	for _, folder := range temporary {
		if err := os.RemoveAll(folder); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

// world is shared by all issuers of the tests, since its keys are slow to make.
var world = sync.OnceValue(optest.NewWorld)

// issuer starts an issuer of its own for one test.
func issuer(t testing.TB) *optest.Issuer {
	t.Helper()
	return issuerOf(t, world())
}

func issuerOf(t testing.TB, w *optest.World) *optest.Issuer {
	t.Helper()
	i, err := optest.Start(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	if evidence != "" {
		i.OnSecret(known.add)
	}
	return i
}

// instance is a ZITADEL with all that the acceptance tests need in it: a live
// one, or the built-in issuer. Either is described by the same variables.
type instance struct {
	builtin   *optest.Issuer // nil if live
	variables map[string]string
}

// anInstance returns the live instance of the environment, if there is one, or
// else a built-in issuer of the test's own.
func anInstance(t *testing.T) *instance {
	t.Helper()
	if os.Getenv("ZITADEL_TEST_ISSUER") != "" {
		return &instance{}
	}
	i := issuer(t)
	w := i.World
	folder := t.TempDir()
	return &instance{builtin: i, variables: map[string]string{
		"ZITADEL_TEST_ISSUER":                   i.URL,
		"ZITADEL_TEST_PROJECT_ID":               w.Project.ID,
		"ZITADEL_TEST_SERVICE_KEY_FILE":         file(t, folder, "service.json", w.Service.KeyJSON()),
		"ZITADEL_TEST_SERVICE_JWT_KEY_FILE":     file(t, folder, "service-jwt.json", w.ServiceJWT.KeyJSON()),
		"ZITADEL_TEST_SERVICE_NOGRANT_KEY_FILE": file(t, folder, "service-nogrant.json", w.ServiceNoGrant.KeyJSON()),
		"ZITADEL_TEST_SERVICE_CLIENT_ID":        w.Service.Name,
		"ZITADEL_TEST_SERVICE_CLIENT_SECRET":    w.Service.Secret,
		"ZITADEL_TEST_SERVICE_PAT":              w.Service.PAT,
		"ZITADEL_TEST_API_KEY_FILE":             file(t, folder, "api.json", w.API.KeyJSON()),
		"ZITADEL_TEST_API_CLIENT_ID":            w.APIBasic.ClientID,
		"ZITADEL_TEST_API_CLIENT_SECRET":        w.APIBasic.Secret,
		"ZITADEL_TEST_OTHER_API_KEY_FILE":       file(t, folder, "other-api.json", w.OtherAPI.KeyJSON()),
		"ZITADEL_TEST_OIDC_KEY_FILE":            file(t, folder, "oidc.json", w.OIDC.KeyJSON()),
		"ZITADEL_TEST_OIDC_CLIENT_ID":           w.OIDC.ClientID,
		"ZITADEL_TEST_OIDC_CLIENT_SECRET":       w.OIDC.Secret,
	}}
}

// get returns what the variable names, and skips the test without it.
func (i *instance) get(t *testing.T, variable string) string {
	t.Helper()
	value := strings.TrimSuffix(os.Getenv(variable), "/")
	if i.builtin != nil {
		value = i.variables[variable]
	}
	if value == "" {
		t.Skipf("%s is not set", variable)
	}
	return value
}

// hidden returns an expression for what the variable names, since the test
// library logs the configuration.
func (i *instance) hidden(t *testing.T, variable string) string {
	t.Helper()
	return fmt.Sprintf("file(%q)", file(t, t.TempDir(), "hidden", []byte(i.get(t, variable))))
}

// file writes content and returns its path.
func file(t testing.TB, folder, name string, content []byte) string {
	t.Helper()
	at := filepath.Join(folder, name)
	if err := os.WriteFile(at, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}

// text reads a file.
func text(t *testing.T, at string) string {
	t.Helper()
	content, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
