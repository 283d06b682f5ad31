package acctest

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"testing"
)

// providerVariables are the environment variables that configure a provider.
var providerVariables = []string{
	"ZITADEL_ISSUER", "ZITADEL_HOST", "ZITADEL_DOMAIN", "ZITADEL_CONNECT_URL", "ZITADEL_KEY_JSON", "ZITADEL_KEY_FILE",
	"ZITADEL_KEY_PATH", "ZITADEL_CLIENT_ID", "ZITADEL_CLIENT_SECRET", "ZITADEL_ASSERTION", "TF_APPEND_USER_AGENT",
}

// temporaryFolders are the folders that Run removes after all tests.
var temporaryFolders []string

// Run runs the tests of a package and returns the exit code. TestMain calls it.
//
// After the tests, Run searches for secrets in everything that they printed, logged and
// stored. The run fails if a secret is in a place where it is not allowed, or if an
// allowed place contains no secret after a complete run. The run also fails if leftover,
// which looks for goroutines that are still running, returns an error.
func Run(m *testing.M, allowed []AllowedPlace, leftover func() error) (code int) {
	// The library of the issuer logs every route that it registers.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	debug.SetGCPercent(400) // most allocations in tests become garbage immediately
	for _, name := range providerVariables {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	if err := collectEvidence(); err != nil {
		panic(err)
	}
	code = m.Run()
	if IsLive() {
		fmt.Println(liveSummary())
	}
	// Connections to a live instance are expected to stay open.
	if err := leftover(); err != nil && !IsLive() {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		code = 1
	}
	for _, leak := range findLeaks(allowed, code == 0) {
		fmt.Fprintln(os.Stderr, "FAIL:", leak)
		code = 1
	}
	for _, folder := range temporaryFolders {
		if err := os.RemoveAll(folder); err != nil {
			panic(err)
		}
	}
	return code
}
