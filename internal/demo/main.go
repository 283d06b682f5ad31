// Command demo demonstrates the provider without a network: it starts the test issuer, builds the
// provider, and runs the CLI to apply examples/quickstart.
//
// The command writes only to a temporary folder, which it removes at the end, even after an
// interrupt. It must use only the provider's binary, not its packages.
//
// With -picture, the command instead writes docs/refusal.svg, a picture of a terminal in which the
// provider rejects a token.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func main() {
	// The library that the test issuer is based on logs each route that it registers.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	picture := flag.Bool("picture", false, "write "+pictureFile+" instead of running the demonstration")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := demo
	if *picture {
		run = writePicture
	}
	if err := run(ctx); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
}

// demo runs the demonstration in a temporary folder.
func demo(ctx context.Context) (err error) {
	d, err := newDemonstration(ctx)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(d.folder))
		printStep("Removed %s, which contained the keys, the provider and the state.", d.folder)
	}()
	return d.demonstrate()
}

// writePicture writes the picture to pictureFile.
func writePicture(ctx context.Context) (err error) {
	d, err := newDemonstration(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(d.folder)) }()
	svg, err := d.picture()
	if err != nil {
		return err
	}
	return os.WriteFile(pictureFile, []byte(svg), 0o644) //nolint:gosec // the file is published
}

// demonstration is one run of the command.
type demonstration struct {
	ctx         context.Context
	cli, folder string
	environment []string
}

// newDemonstration creates the temporary folder, which the caller must remove.
func newDemonstration(ctx context.Context) (*demonstration, error) {
	cli := os.Getenv("DEMO_CLI")
	if cli == "" {
		return nil, errors.New("DEMO_CLI, the path of terraform or tofu, is not set; run \"make demo\"")
	}
	folder, err := os.MkdirTemp("", "zitadel-demo-")
	return &demonstration{ctx: ctx, cli: cli, folder: folder}, err
}

// demonstrate runs all steps of the demonstration.
func (d *demonstration) demonstrate() error {
	printStep("1. Start an issuer that responds like ZITADEL, on the loopback interface.")
	issuer, err := optest.Start(optest.NewWorld())
	if err != nil {
		return err
	}
	defer issuer.Close()
	fmt.Println("   URL:", issuer.URL)

	printStep("2. Write two temporary keys, for a service account and for an API application.")
	if err := d.writeKeys(issuer.World.Service.KeyJSON(), issuer); err != nil {
		return err
	}
	fmt.Println("   Folder:", d.folder)

	printStep("3. Build the provider.")
	plugins, err := d.build()
	if err != nil {
		return err
	}
	work := filepath.Join(d.folder, "quickstart")
	if err := os.CopyFS(work, os.DirFS(filepath.Join("examples", "quickstart"))); err != nil {
		return err
	}

	printStep("4. Run %s init with that provider.", filepath.Base(d.cli))
	if err := d.command(d.cli, "-chdir="+work, "init", "-no-color", "-plugin-dir="+plugins); err != nil {
		return err
	}
	printStep("5. Run %s apply in examples/quickstart: request a token, introspect it, sign an assertion.",
		filepath.Base(d.cli))
	if err := d.command(d.cli, "-chdir="+work, "apply", "-no-color", "-auto-approve"); err != nil {
		return err
	}
	printStep("Requests to the issuer: discovery %d, token %d, introspection %d.",
		issuer.Requests(optest.Discovery), issuer.Requests(optest.Token), issuer.Requests(optest.Introspection))
	return nil
}

// writeKeys writes the key files of a service account and an application. It also sets the
// environment of all programs that the demonstration starts.
func (d *demonstration) writeKeys(serviceKey []byte, issuer *optest.Issuer) error {
	service, application := filepath.Join(d.folder, "service.json"), filepath.Join(d.folder, "application.json")
	d.environment = append(cleanEnvironment(),
		"TF_CLI_CONFIG_FILE="+filepath.Join(d.folder, "cli.tfrc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"ZITADEL_ISSUER="+issuer.URL,
		"TF_VAR_issuer="+issuer.URL,
		"TF_VAR_project_id="+issuer.World.Project.ID,
		"TF_VAR_service_key_file="+service,
		"TF_VAR_application_key_file="+application,
	)
	return errors.Join(
		os.WriteFile(service, serviceKey, 0o600),
		os.WriteFile(application, issuer.World.API.KeyJSON(), 0o600),
		os.WriteFile(filepath.Join(d.folder, "cli.tfrc"), nil, 0o600),
	)
}

// build builds the provider and returns a folder with the layout that -plugin-dir requires.
// The folder contains the provider for the default registries of both CLIs.
func (d *demonstration) build() (plugins string, err error) {
	plugins = filepath.Join(d.folder, "plugins")
	built := filepath.Join(d.folder, "terraform-provider-zitadel")
	// An interrupted go build leaves its temporary files behind, so they must be in the folder that
	// the caller removes.
	if err := os.Mkdir(filepath.Join(d.folder, "build"), 0o700); err != nil {
		return "", err
	}
	d.environment = append(d.environment, "GOTMPDIR="+filepath.Join(d.folder, "build"))
	if err := d.command("go", "build", "-trimpath", "-o", built, "."); err != nil {
		return "", err
	}
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		path := filepath.Join(plugins, registry, "zitadel-tokens", "zitadel", "0.0.1", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(path, 0o700); err != nil {
			return "", err
		}
		if err := os.Link(built, filepath.Join(path, "terraform-provider-zitadel_v0.0.1")); err != nil {
			return "", err
		}
	}
	return plugins, nil
}

// command runs a program and prints its output. If the context is canceled, the program
// receives an interrupt and has 10 seconds to exit.
func (d *demonstration) command(name string, args ...string) error {
	command := exec.CommandContext(d.ctx, name, args...) //nolint:gosec // the CLI is chosen by the user
	command.Env, command.Stdout, command.Stderr = d.environment, os.Stdout, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", filepath.Base(name), strings.Join(args, " "), err)
	}
	return nil
}

// cleanEnvironment returns the environment without the variables that configure the CLI or the
// provider.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ZITADEL_")
	})
}

// printStep prints the heading of a step.
func printStep(format string, values ...any) { fmt.Printf("\n== "+format+"\n", values...) }
