package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The provider must not write a log unless an environment variable enables logging.
func TestAccProviderLog(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	if runtime.GOOS == "windows" {
		t.Skip("the test starts the provider from a shell script to capture its output")
	}
	for name, test := range map[string]struct {
		environment    []string
		traces, debugs bool
	}{
		"no log":            {nil, false, false},
		"off":               {[]string{"TF_LOG=off"}, false, false},
		"off for providers": {[]string{"TF_LOG=TRACE", "TF_LOG_PROVIDER=OFF"}, false, false},
		"all":               {[]string{"TF_LOG=TRACE"}, true, true},
		"for providers":     {[]string{"TF_LOG_PROVIDER=DEBUG"}, true, true},
		"for the SDK":       {[]string{"TF_LOG_SDK=TRACE"}, true, false},
	} {
		subtests.Run(name, func(t *testing.T) {
			w := acctest.NewWorkspace(t).WriteConfiguration(`data "zitadel_openid_configuration" "this" {}`)
			folder := t.TempDir()
			log := filepath.Join(folder, "stderr")
			script := acctest.WriteFile(
				t,
				folder,
				"terraform-provider-zitadel",
				fmt.Appendf(nil, "#!/bin/sh\nexec '%s' 2>>'%s'\n", acctest.ProviderBinary(t), log),
			)
			if err := os.Chmod(script, 0o700); err != nil {
				t.Fatal(err)
			}
			w.Environment = append(
				w.Environment,
				"TF_LOG=",
				"TF_LOG_PATH="+filepath.Join(folder, "cli.log"),
				"TF_CLI_CONFIG_FILE="+acctest.OverrideProvider(t, folder),
				"ZITADEL_ISSUER="+acctest.StartIssuer(t).URL,
			)
			w.Environment = append(w.Environment, test.environment...)
			w.MustRun("plan")
			written := acctest.ReadFile(t, log)
			if got := strings.Contains(written, `"@level":"trace"`); got != test.traces {
				t.Errorf("the framework logs at level TRACE: %t, want %t", got, test.traces)
			}
			if got := strings.Contains(written, "Request to ZITADEL"); got != test.debugs {
				t.Errorf("requests are logged: %t, want %t", got, test.debugs)
			}
		})
	}
}
