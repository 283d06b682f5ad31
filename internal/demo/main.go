// Command demo shows the provider at work on a machine without a network: it
// starts the built-in issuer, builds the provider, and lets the CLI apply
// examples/quickstart. It leaves nothing behind, also when interrupted.
package main

import (
	"context"
	"errors"
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
	// The issuer's library tells of each route that it registers.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := demo(ctx); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted; everything is cleaned up")
		}
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
}

func demo(ctx context.Context) (err error) {
	cli := os.Getenv("DEMO_CLI")
	if cli == "" {
		return errors.New("DEMO_CLI must name terraform or tofu; \"make demo\" finds one")
	}
	folder, err := os.MkdirTemp("", "zitadel-demo-")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(folder))
		say("Removed %s: keys, provider, state, everything.", folder)
	}()
	run := &runner{ctx: ctx, cli: cli, folder: folder}
	return run.all()
}

// runner is one run of the demonstration.
type runner struct {
	ctx         context.Context
	cli, folder string
	environment []string
}

func (r *runner) all() error {
	say("1. Start an issuer that answers like ZITADEL, on this machine only.")
	issuer, err := optest.Start(optest.NewWorld())
	if err != nil {
		return err
	}
	defer issuer.Close()
	fmt.Println("   It is at", issuer.URL)

	say("2. Write two throwaway keys: of a service account, and of an API application.")
	service, application := filepath.Join(r.folder, "service.json"), filepath.Join(r.folder, "application.json")
	if err := errors.Join(
		os.WriteFile(service, issuer.World.Service.KeyJSON(), 0o600),
		os.WriteFile(application, issuer.World.API.KeyJSON(), 0o600),
		os.WriteFile(filepath.Join(r.folder, "cli.tfrc"), nil, 0o600),
	); err != nil {
		return err
	}
	fmt.Println("   They are in", r.folder)
	r.environment = append(cleanEnvironment(),
		"TF_CLI_CONFIG_FILE="+filepath.Join(r.folder, "cli.tfrc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"ZITADEL_ISSUER="+issuer.URL,
		"TF_VAR_project_id="+issuer.World.Project.ID,
		"TF_VAR_service_key_file="+service,
		"TF_VAR_application_key_file="+application,
	)

	say("3. Build the provider.")
	plugins, err := r.build()
	if err != nil {
		return err
	}
	work := filepath.Join(r.folder, "quickstart")
	if err := os.CopyFS(work, os.DirFS(filepath.Join("examples", "quickstart"))); err != nil {
		return err
	}

	say("4. %s init, with that provider.", filepath.Base(r.cli))
	if err := r.command(r.cli, "-chdir="+work, "init", "-no-color", "-plugin-dir="+plugins); err != nil {
		return err
	}
	say("5. %s apply of examples/quickstart: a token, what ZITADEL knows of it, an assertion.", filepath.Base(r.cli))
	if err := r.command(r.cli, "-chdir="+work, "apply", "-no-color", "-auto-approve"); err != nil {
		return err
	}
	say("The issuer was asked for discovery %d times, for a token %d times, for an introspection %d times.",
		issuer.Requests(optest.Discovery), issuer.Requests(optest.Token), issuer.Requests(optest.Introspection))
	return nil
}

// build compiles the provider into a folder of the layout that -plugin-dir
// wants, for the default registry of either CLI.
func (r *runner) build() (plugins string, err error) {
	plugins = filepath.Join(r.folder, "plugins")
	built := filepath.Join(r.folder, "terraform-provider-zitadel")
	// go build leaves its work behind when it is interrupted.
	if err := os.Mkdir(filepath.Join(r.folder, "build"), 0o700); err != nil {
		return "", err
	}
	r.environment = append(r.environment, "GOTMPDIR="+filepath.Join(r.folder, "build"))
	if err := r.command("go", "build", "-trimpath", "-o", built, "."); err != nil {
		return "", err
	}
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		at := filepath.Join(plugins, registry, "zitadel-tokens", "zitadel", "0.0.1", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(at, 0o700); err != nil {
			return "", err
		}
		if err := os.Link(built, filepath.Join(at, "terraform-provider-zitadel_v0.0.1")); err != nil {
			return "", err
		}
	}
	return plugins, nil
}

// command runs a program with its output on ours. If the run is interrupted it
// gets the time to end in order.
func (r *runner) command(name string, args ...string) error {
	command := exec.CommandContext(r.ctx, name, args...) //nolint:gosec // the CLI that the practitioner names
	command.Env, command.Stdout, command.Stderr = r.environment, os.Stdout, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", filepath.Base(name), strings.Join(args, " "), err)
	}
	return nil
}

// cleanEnvironment is the environment without what would change the run.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ZITADEL_")
	})
}

func say(format string, values ...any) { fmt.Printf("\n== "+format+"\n", values...) }
