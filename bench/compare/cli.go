package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// workspace is a folder with a configuration to plan with either provider.
type workspace struct {
	cli, folder string
	environment []string
}

// newWorkspace writes a configuration file.
func newWorkspace(cli, folder, hcl string, environment []string) (*workspace, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	const header = "terraform {\n  required_providers {\n    zitadel = { source = \"zitadel-tokens/zitadel\" }\n  }\n}\n\n"
	clean := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ZITADEL_")
	})
	w := &workspace{cli: cli, folder: folder, environment: append(clean, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")}
	w.environment = append(w.environment, environment...)
	return w, os.WriteFile(filepath.Join(folder, "main.tf"), []byte(header+hcl), 0o600)
}

// cost is what a plan takes: time on the wall, and of all cores, the CLI's and
// that of the processes that it starts.
type cost struct{ wall, cpu time.Duration }

// plan plans with the provider in a folder.
func (w *workspace) plan(ctx context.Context, provider string, environment ...string) (cost, error) {
	overrides := ""
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		overrides += fmt.Sprintf("    %q = %q\n", registry+"/zitadel-tokens/zitadel", provider)
	}
	config := filepath.Join(w.folder, "cli.tfrc")
	content := "provider_installation {\n  dev_overrides {\n" + overrides + "  }\n  direct {}\n}\n"
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		return cost{}, err
	}
	command := exec.CommandContext(ctx, w.cli, "-chdir="+w.folder, "plan", "-input=false", "-no-color") //nolint:gosec // the CLI that the caller names
	command.Env = append(slices.Clone(w.environment), "TF_CLI_CONFIG_FILE="+config)
	command.Env = append(command.Env, environment...)
	began := time.Now()
	output, err := command.CombinedOutput()
	wall := time.Since(began)
	if err != nil {
		return cost{}, fmt.Errorf("plan in %s: %w\n%.2000s", w.folder, err, output)
	}
	return cost{wall, command.ProcessState.UserTime() + command.ProcessState.SystemTime()}, nil
}
