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

// RequiredProviders is the block with which each configuration that uses the provider begins.
const RequiredProviders = `terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}
`

// Workspace is a folder with a configuration. Its methods run the CLI in that folder with
// the binary that [ProviderBinary] returns.
type Workspace struct {
	Folder string
	// CLI is the path of terraform or tofu.
	CLI string
	// Environment is the environment of the CLI. If a variable has several entries, the last
	// one counts.
	Environment []string
	// Input is the standard input of each command.
	Input string

	t *testing.T
}

// NewWorkspace returns an empty workspace. Its environment is that of the tests, without variables
// that begin with TF_ or ZITADEL_, and with the given entries. NewWorkspace skips the test if
// acceptance tests are not enabled, or if they use a live instance. Otherwise, the test runs in
// parallel with other tests.
//
// The CLI finds the provider through dev_overrides, without "init". To install the provider, or to
// use other providers, call InstallProviders.
func NewWorkspace(t *testing.T, environment ...string) *Workspace {
	t.Helper()
	SkipWithoutCLI(t)
	if IsLive() {
		live.skipped.Add(1)
		t.Skip("requires the built-in issuer, which counts requests and fails on demand")
	}
	return newWorkspace(t, environment)
}

// NewWorkspace is like the function [NewWorkspace], but also supports a live instance. The
// environment of the workspace configures the provider for the instance, but contains no
// credentials.
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
	if artifactFolder != "" {
		w.Environment = append(w.Environment, "TF_LOG=TRACE", "TF_LOG_PATH="+w.LogPath())
	}
	w.Environment = append(w.Environment, environment...)
	return w
}

// workspaceFolder returns a new subfolder of artifactFolder, which is searched for secrets after all
// tests. If no artifacts are collected, it returns a temporary folder.
func workspaceFolder(t *testing.T) string {
	t.Helper()
	if artifactFolder == "" {
		return t.TempDir()
	}
	pattern := strings.ReplaceAll(t.Name(), "/", "__") + "-"
	work := filepath.Join(artifactFolder, workFolder)
	folder, err := os.MkdirTemp(work, pattern) //nolint:usetesting // the folder is searched after the test
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// OverrideProvider writes a CLI configuration that loads the provider from a folder, and
// returns the path of that configuration.
func OverrideProvider(t testing.TB, folder string) string {
	t.Helper()
	overrides := ""
	for _, registry := range registries {
		overrides += fmt.Sprintf("    %q = %q\n", registry+"/zitadel-tokens/zitadel", folder)
	}
	config := "provider_installation {\n  dev_overrides {\n" + overrides + "  }\n  direct {}\n}\n"
	return WriteFile(t, t.TempDir(), "cli.tfrc", []byte(config))
}

// LogPath returns the path of the log to which all commands of the test write.
func (w *Workspace) LogPath() string { return artifactPath(w.t, logFolder, "cli") }

// WriteConfiguration writes RequiredProviders and hcl to main.tf. It returns w.
func (w *Workspace) WriteConfiguration(hcl string) *Workspace {
	w.t.Helper()
	WriteFile(w.t, w.Folder, "main.tf", []byte(RequiredProviders+hcl))
	return w
}

// InstallProviders runs "init" to install the provider and the stand-ins for other providers from a
// folder, as users without access to a registry do. It fails the test if "init" fails.
func (w *Workspace) InstallProviders() {
	w.t.Helper()
	if output, err := w.Init(); err != nil {
		w.t.Fatalf("init: %v\n%s", err, output)
	}
}

// Init is like [Workspace.InstallProviders], but returns the output and the error of
// "init". It is for configurations that the CLI might reject.
func (w *Workspace) Init() (string, error) {
	w.t.Helper()
	folder, err := pluginFolder()
	if err != nil {
		w.t.Fatal(err)
	}
	w.Environment = append(w.Environment, "TF_CLI_CONFIG_FILE="+WriteFile(w.t, w.t.TempDir(), "cli.tfrc", nil))
	return w.Run("init", "-no-color", "-input=false", "-plugin-dir="+folder)
}

// Run runs the CLI and returns its combined standard output and standard error.
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

// MustRun is like Run, but fails the test if the command fails.
func (w *Workspace) MustRun(args ...string) string {
	w.t.Helper()
	output, err := w.Run(args...)
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return output
}
