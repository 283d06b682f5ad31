package acctest

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"testing"
)

// providerVariables contains the names of the environment variables that configure a provider.
var providerVariables = []string{
	"ZITADEL_ISSUER", "ZITADEL_HOST", "ZITADEL_DOMAIN", "ZITADEL_CONNECT_URL", "ZITADEL_KEY_JSON", "ZITADEL_KEY_FILE",
	"ZITADEL_KEY_PATH", "ZITADEL_CLIENT_ID", "ZITADEL_CLIENT_SECRET", "ZITADEL_ASSERTION", "TF_APPEND_USER_AGENT",
}

// temporaryFolders contains the folders that Run removes after all tests.
var temporaryFolders []string

// Run runs the tests of a package and returns the exit code. TestMain calls it.
//
// After the tests, Run searches everything that they printed, logged and stored for secrets. The
// run fails if a secret is in a place where it is not allowed or, after a complete run, if an
// allowed place contains no secret. It also fails if checkGoroutines, which looks for leaked
// goroutines, returns an error.
func Run(m *testing.M, allowed []AllowedPlace, checkGoroutines func() error) (code int) {
	// The library that the built-in issuer is based on logs each route that it registers.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	debug.SetGCPercent(400) // most allocations in tests become garbage immediately
	for _, name := range providerVariables {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	if err := collectArtifacts(); err != nil {
		panic(err)
	}
	code = m.Run()
	if IsLive() {
		fmt.Println(liveSummary())
	}
	// Connections to a live instance are expected to stay open.
	if err := checkGoroutines(); err != nil && !IsLive() {
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
