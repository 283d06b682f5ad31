package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// pictureFile is the path of the picture in the repository.
const pictureFile = "docs/refusal.svg"

// openingTime matches the time that the CLI reports for opening a block.
var openingTime = regexp.MustCompile(`complete after \d+s`)

// picture returns an SVG image of a terminal in which "plan" rejects a token because the service
// account does not have the role that examples/provider requires. The image depends only on the CLI
// and the provider. It contains no times, paths or ports.
func (d *demonstration) picture() (string, error) {
	issuer, err := optest.Start(optest.NewWorld())
	if err != nil {
		return "", err
	}
	defer issuer.Close()
	if err := d.writeKeys(issuer.World.ServiceNoGrant.KeyJSON(), issuer); err != nil {
		return "", err
	}
	plugins, err := d.build()
	if err != nil {
		return "", err
	}
	work := filepath.Join(d.folder, "example")
	if err := os.CopyFS(work, os.DirFS(filepath.Join("examples", "provider"))); err != nil {
		return "", err
	}
	if output, err := d.run(work, "init", "-no-color", "-plugin-dir="+plugins); err != nil {
		return "", fmt.Errorf("init: %w\n%s", err, output)
	}
	output, err := d.run(work, "plan")
	var exitErr *exec.ExitError
	if !errors.As(err, &exitErr) {
		return "", fmt.Errorf("plan did not reject the token: %v\n%s", err, output) //nolint:errorlint // err may be nil
	}
	prompt := "$ " + filepath.Base(d.cli) + " plan\n"
	lines, err := parseTerminal(prompt + openingTime.ReplaceAllString(output, "complete after 0s"))
	if err != nil {
		return "", err
	}
	return renderSVG("Terminal: a plan stops because the user of a token lacks a role", lines), nil
}

// run runs the CLI in a folder and returns its output.
func (d *demonstration) run(folder string, args ...string) (string, error) {
	command := exec.CommandContext(d.ctx, d.cli, args...) //nolint:gosec // the CLI is chosen by the user
	command.Dir, command.Env = folder, d.environment
	output, err := command.CombinedOutput()
	return string(output), err
}
