package compatibility

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/hashicorp/go-version"
)

// Read runs the CLI at path, and returns its name and version.
func Read(ctx context.Context, path string) (CLI, error) {
	command := exec.CommandContext(ctx, path, "version", "-json")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := command.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("%s version -json: %w", path, err)
	}
	var found struct {
		Version string `json:"terraform_version"` // OpenTofu uses this name as well
	}
	if err := json.Unmarshal(output, &found); err != nil {
		return CLI{}, fmt.Errorf("%s version -json: %w", path, err)
	}
	parsed, err := version.NewVersion(found.Version)
	if err != nil {
		return CLI{}, fmt.Errorf("%s version -json: %w", path, err)
	}
	// Only the output without -json contains the name of the CLI.
	command = exec.CommandContext(ctx, path, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	if output, err = command.Output(); err != nil {
		return CLI{}, fmt.Errorf("%s version: %w", path, err)
	}
	name := Terraform
	if strings.HasPrefix(string(output), "OpenTofu") {
		name = OpenTofu
	}
	return CLI{Name: name, Version: parsed}, nil
}
