package acctest

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"testing"
)

// The variables of the environment that configure a provider.
var providerVariables = []string{
	"ZITADEL_ISSUER", "ZITADEL_HOST", "ZITADEL_DOMAIN", "ZITADEL_CONNECT_URL", "ZITADEL_KEY_JSON", "ZITADEL_KEY_FILE",
	"ZITADEL_KEY_PATH", "ZITADEL_CLIENT_ID", "ZITADEL_CLIENT_SECRET", "ZITADEL_ASSERTION", "TF_APPEND_USER_AGENT",
}

// temporaryFolders are removed when all tests have ended.
var temporaryFolders []string

// Run runs the tests of a package and returns the exit code; TestMain calls it.
//
// When the tests have ended, Run searches everything that they printed, logged and
// stored for secrets. The run fails if a secret is anywhere else than in an allowed
// place, or if an allowed place of a complete run contains no secret. It also fails
// with the error of leftover, which looks for goroutines that have not ended.
func Run(m *testing.M, allowed []AllowedPlace, leftover func() error) (code int) {
	// The library of the issuer logs every route that it registers.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	debug.SetGCPercent(400) // most of what tests allocate is garbage at once
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
	// Connections to a live instance stay open, as they should.
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
