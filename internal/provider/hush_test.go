package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// What the provider logs is written only if the CLI is told to keep it.
func TestAccHush(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the provider is run by a shell script here, to see what it writes")
	}
	for name, test := range map[string]struct {
		environment    []string
		traces, debugs bool
	}{
		"nobody listens":      {nil, false, false},
		"off":                 {[]string{"TF_LOG=off"}, false, false},
		"off for providers":   {[]string{"TF_LOG=TRACE", "TF_LOG_PROVIDER=OFF"}, false, false},
		"all":                 {[]string{"TF_LOG=TRACE"}, true, true},
		"for providers":       {[]string{"TF_LOG_PROVIDER=DEBUG"}, true, true},
		"asked for by itself": {[]string{"TF_LOG_SDK=TRACE"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkspace(t).write(`data "zitadel_openid_configuration" "this" {}`)
			provider, err := build()
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			log := filepath.Join(folder, "stderr")
			script := file(t, folder, "terraform-provider-zitadel", fmt.Appendf(nil, "#!/bin/sh\nexec '%s' 2>>'%s'\n", filepath.Join(provider, "terraform-provider-zitadel"), log))
			if err := os.Chmod(script, 0o700); err != nil {
				t.Fatal(err)
			}
			config := file(t, folder, "cli.tfrc", fmt.Appendf(nil, "provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/zitadel-tokens/zitadel\" = %q\n    \"registry.opentofu.org/zitadel-tokens/zitadel\" = %[1]q\n  }\n  direct {}\n}\n", folder))
			w.environment = append(w.environment, "TF_LOG=", "TF_LOG_PATH="+filepath.Join(folder, "cli.log"), "TF_CLI_CONFIG_FILE="+config, "ZITADEL_ISSUER="+issuer(t).URL)
			w.environment = append(w.environment, test.environment...)
			w.must("plan")
			written := text(t, log)
			if got := strings.Contains(written, `"@level":"trace"`); got != test.traces {
				t.Errorf("the framework traces: %t, want %t", got, test.traces)
			}
			if got := strings.Contains(written, "Request to ZITADEL"); got != test.debugs {
				t.Errorf("requests are logged: %t, want %t", got, test.debugs)
			}
		})
	}
}
