package provider_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// plugins is a folder of the layout that -plugin-dir wants, with the provider as
// it ships and the stand-ins for all others that the examples use.
var plugins = sync.OnceValues(func() (folder string, err error) {
	built, err := build()
	if err != nil {
		return "", err
	}
	standIn := filepath.Join(built, executable("standin"))
	command := exec.CommandContext(context.Background(), "go", "build", "-ldflags=-s -w", "-o", standIn, "../standin")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	folder = filepath.Join(built, "plugins")
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		for source, binary := range map[string]string{
			"zitadel-tokens/zitadel": filepath.Join(built, executable("terraform-provider-zitadel")),
			"hashicorp/http":         standIn,
			"hashicorp/kubernetes":   standIn,
			"hashicorp/vault":        standIn,
			"zitadel/zitadel":        standIn,
		} {
			at := filepath.Join(folder, registry, filepath.FromSlash(source), "9.9.9", runtime.GOOS+"_"+runtime.GOARCH)
			if err := os.MkdirAll(at, 0o700); err != nil {
				return "", err
			}
			if err := os.Link(binary, filepath.Join(at, executable("terraform-provider-"+filepath.Base(source)+"_v9.9.9"))); err != nil {
				return "", err
			}
		}
	}
	return folder, nil
})

// install lets the CLI install providers from a folder, as a user without a
// registry does, in place of the overrides of one who develops a provider.
func (w *workspace) install() {
	w.t.Helper()
	folder, err := plugins()
	if err != nil {
		w.t.Fatal(err)
	}
	w.environment = append(w.environment, "TF_CLI_CONFIG_FILE="+file(w.t, w.t.TempDir(), "cli.tfrc", nil))
	w.must("init", "-no-color", "-input=false", "-plugin-dir="+folder)
}
