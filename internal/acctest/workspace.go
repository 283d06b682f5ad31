package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// RequiredProviders is the block that a configuration of the provider begins with.
const RequiredProviders = `terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}
`

// Workspace is a folder with a configuration, and the CLI to run there with the
// provider as it is shipped.
type Workspace struct {
	Folder string
	// CLI is the path of terraform or tofu.
	CLI string
	// Environment is that of the CLI. The last entry of a variable counts.
	Environment []string
	// Input is the standard input of each command.
	Input string

	t *testing.T
}

// NewWorkspace returns an empty workspace, whose environment contains the given
// entries and none of the variables that begin with TF_ or ZITADEL_. It skips the test
// if the acceptance tests are off or use a live instance, and lets it run in parallel
// with other tests.
//
// The provider is found without "init", by the overrides for developers. To install
// it, or to use other providers, call InstallProviders.
func NewWorkspace(t *testing.T, environment ...string) *Workspace {
	t.Helper()
	SkipWithoutCLI(t)
	if IsLive() {
		live.skipped.Add(1)
		t.Skip("needs the built-in issuer, which counts requests and fails on demand")
	}
	return newWorkspace(t, environment)
}

// NewWorkspace returns a workspace like [NewWorkspace], also for a live instance. Its
// environment configures the provider for the instance, without credentials.
func (i *Instance) NewWorkspace(t *testing.T, environment ...string) *Workspace {
	t.Helper()
	SkipWithoutCLI(t)
	connection := []string{"ZITADEL_ISSUER=" + i.Get(t, "ZITADEL_TEST_ISSUER")}
	if IsLive() {
		connection = append(connection, "ZITADEL_CONNECT_URL="+os.Getenv("ZITADEL_TEST_CONNECT_URL"))
	}
	return newWorkspace(t, append(connection, environment...))
}

func newWorkspace(t *testing.T, environment []string) *Workspace {
	t.Helper()
	t.Parallel()
	provider := ProviderBinary(t)
	w := &Workspace{Folder: workspaceFolder(t), CLI: os.Getenv("TF_ACC_TERRAFORM_PATH"), t: t}
	w.Environment = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ZITADEL_")
	})
	w.Environment = append(w.Environment,
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+OverrideProvider(t, filepath.Dir(provider)))
	if evidence != "" {
		w.Environment = append(w.Environment, "TF_LOG=TRACE", "TF_LOG_PATH="+w.LogPath())
	}
	w.Environment = append(w.Environment, environment...)
	return w
}

// workspaceFolder returns a folder of the evidence, which is searched after all tests, or
// a temporary one if there is no evidence.
func workspaceFolder(t *testing.T) string {
	t.Helper()
	if evidence == "" {
		return t.TempDir()
	}
	pattern := strings.ReplaceAll(t.Name(), "/", "__") + "-"
	work := filepath.Join(evidence, workFolder)
	folder, err := os.MkdirTemp(work, pattern) //nolint:usetesting // it is searched after the test
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// OverrideProvider writes a configuration of the CLI that takes the provider from a
// folder, and returns its path.
func OverrideProvider(t testing.TB, folder string) string {
	t.Helper()
	overrides := ""
	for _, registry := range registries {
		overrides += fmt.Sprintf("    %q = %q\n", registry+"/zitadel-tokens/zitadel", folder)
	}
	config := "provider_installation {\n  dev_overrides {\n" + overrides + "  }\n  direct {}\n}\n"
	return WriteFile(t, t.TempDir(), "cli.tfrc", []byte(config))
}

// LogPath returns the path of the log of all commands of the test.
func (w *Workspace) LogPath() string { return evidencePath(w.t, logFolder, "cli") }

// WriteConfiguration writes main.tf, which begins with RequiredProviders.
func (w *Workspace) WriteConfiguration(hcl string) *Workspace {
	w.t.Helper()
	WriteFile(w.t, w.Folder, "main.tf", []byte(RequiredProviders+hcl))
	return w
}

// InstallProviders runs "init", which installs the provider and the stand-ins of other
// providers from a folder, as users without a registry do.
func (w *Workspace) InstallProviders() {
	w.t.Helper()
	if output, err := w.Init(); err != nil {
		w.t.Fatalf("init: %v\n%s", err, output)
	}
}

// Init is [Workspace.InstallProviders] of a configuration that the CLI may reject. It
// returns the output of "init".
func (w *Workspace) Init() (string, error) {
	w.t.Helper()
	folder, err := pluginFolder()
	if err != nil {
		w.t.Fatal(err)
	}
	w.Environment = append(w.Environment, "TF_CLI_CONFIG_FILE="+WriteFile(w.t, w.t.TempDir(), "cli.tfrc", nil))
	return w.Run("init", "-no-color", "-input=false", "-plugin-dir="+folder)
}

// Run runs the CLI and returns its output.
func (w *Workspace) Run(args ...string) (string, error) {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), w.CLI, append([]string{"-chdir=" + w.Folder}, args...)...)
	command.Env, command.Stdin = w.Environment, strings.NewReader(w.Input)
	output, err := command.CombinedOutput()
	name := args[0]
	if last := args[len(args)-1]; name == "show" && !strings.HasPrefix(last, "-") {
		name = "show-plan"
	}
	RecordOutput(w.t, name, string(output))
	return string(output), err
}

// MustRun is Run of a command that succeeds.
func (w *Workspace) MustRun(args ...string) string {
	w.t.Helper()
	output, err := w.Run(args...)
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return output
}
