package provider_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// build compiles the provider as it ships, once for all tests that run it
// through the CLI; TestMain removes it.
var build = sync.OnceValues(func() (folder string, err error) {
	if folder, err = os.MkdirTemp("", "provider-"); err != nil {
		return "", err
	}
	temporary = append(temporary, folder)
	command := exec.CommandContext(context.Background(), "go", "build", "-ldflags=-s -w", "-o", filepath.Join(folder, executable("terraform-provider-zitadel")), "../..")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	return folder, nil
})

// executable is the name of a program's file on this system.
func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// temporary are the folders to remove in the end.
var temporary []string

// workspace is a folder with a configuration, and the CLI to run in it with the
// provider as it ships.
type workspace struct {
	t           *testing.T
	folder, cli string
	environment []string
}

// newWorkspace skips the test where there is no CLI to run. It lets the test run
// beside others, since it mostly waits for the CLI.
func newWorkspace(t *testing.T, environment ...string) *workspace {
	t.Helper()
	t.Parallel()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if os.Getenv("TF_ACC") == "" || cli == "" {
		t.Skip("TF_ACC and TF_ACC_TERRAFORM_PATH are not set: \"make test\" sets them")
	}
	if os.Getenv("ZITADEL_TEST_ISSUER") != "" {
		t.Skip("needs the built-in issuer, which counts requests and fails on demand")
	}
	provider, err := build()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp(filepath.Join(evidence, "work"), strings.ReplaceAll(t.Name(), "/", "__")+"-") //nolint:usetesting // it is searched when the test is gone
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{t: t, folder: folder, cli: cli}
	overrides := ""
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		overrides += fmt.Sprintf("    %q = %q\n", registry+"/zitadel-tokens/zitadel", provider)
	}
	config := file(t, t.TempDir(), "cli.tfrc", []byte("provider_installation {\n  dev_overrides {\n"+overrides+"  }\n  direct {}\n}\n"))
	w.environment = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ZITADEL_")
	})
	log := traces(t, "logs", "cli")
	defer log.Close()
	w.environment = append(w.environment, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+config, "TF_LOG=TRACE", "TF_LOG_PATH="+log.Name())
	w.environment = append(w.environment, environment...)
	return w
}

// write adds a configuration file.
func (w *workspace) write(hcl string) *workspace {
	w.t.Helper()
	file(w.t, w.folder, "main.tf", []byte(requiredProviders+hcl))
	return w
}

const requiredProviders = "terraform {\n  required_providers {\n    zitadel = { source = \"zitadel-tokens/zitadel\" }\n  }\n}\n"

// run runs the CLI and returns all that it prints.
func (w *workspace) run(args ...string) (string, error) {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), w.cli, append([]string{"-chdir=" + w.folder}, args...)...)
	command.Env = w.environment
	output, err := command.CombinedOutput()
	name := args[0]
	if last := args[len(args)-1]; name == "show" && !strings.HasPrefix(last, "-") {
		name = "show-plan"
	}
	printed(w.t, name, string(output))
	return string(output), err
}

// must is run of a command that works.
func (w *workspace) must(args ...string) string {
	w.t.Helper()
	output, err := w.run(args...)
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return output
}
