//go:build unix

package provider_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// running is a run of the CLI in a process group of its own, as a shell starts
// it.
type running struct {
	*exec.Cmd
	output strings.Builder
	alive  *os.File // at its end when no process of the run is left
	ended  chan struct{}
	err    error
}

func (w *workspace) begin(args ...string) *running {
	w.t.Helper()
	r := &running{Cmd: exec.CommandContext(w.t.Context(), w.cli, append([]string{"-chdir=" + w.folder}, args...)...), ended: make(chan struct{})}
	r.Env, r.Stdout, r.Stderr = w.environment, &r.output, &r.output
	r.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	alive, inherited, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	r.alive, r.ExtraFiles = alive, []*os.File{inherited}
	if err := r.Start(); err != nil {
		w.t.Fatal(err)
	}
	_ = inherited.Close()
	go func() {
		defer close(r.ended)
		r.err = r.Wait()
	}()
	w.t.Cleanup(func() {
		_ = syscall.Kill(-r.Process.Pid, syscall.SIGKILL) // nothing, if all went well
		_ = alive.Close()
	})
	return r
}

// interrupt is Ctrl-C.
func (r *running) interrupt(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(-r.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
}

// gone waits for the end of all processes of the run.
func (r *running) gone(t *testing.T) {
	t.Helper()
	await(t, "the CLI's end", r.ended)
	if err := r.alive.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.alive.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the CLI has ended, and a process of it has not: %v", err)
	}
}

// Ctrl-C in the middle of a stalled token request ends it at the server, and
// the run with all its processes.
func TestAccInterruptOfStalledRequest(t *testing.T) {
	const (
		data      = `data "zitadel_access_token" "this" {}`
		late      = "data \"zitadel_access_token\" \"this\" {\n  depends_on = [terraform_data.before]\n}\nresource \"terraform_data\" \"before\" {}\n"
		ephemeral = `ephemeral "zitadel_access_token" "this" {}`
		revoked   = "variable \"id\" {}\nvariable \"secret\" { sensitive = true }\nephemeral \"zitadel_access_token\" \"this\" {\n  revoke_with = { client_id = var.id, client_secret = var.secret }\n}\n"
		change    = "resource \"terraform_data\" \"after\" {\n  input      = 1\n  depends_on = [ephemeral.zitadel_access_token.this]\n}\n"
	)
	for name, c := range map[string]struct {
		command, blocks string
		before          int // token requests
	}{
		"plan, data source":     {"plan", data, 0},
		"plan, ephemeral":       {"plan", ephemeral, 0},
		"plan, revocable":       {"plan", revoked, 0},
		"apply, data source":    {"apply", late, 0},
		"apply, ephemeral":      {"apply", ephemeral + "\n" + change, 1},
		"apply, revocable":      {"apply", revoked + change, 1},
		"apply, while it plans": {"apply", data, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := world()
			s := stall(t, c.before)
			workspace := newWorkspace(t, "ZITADEL_ISSUER="+s.url, "ZITADEL_KEY_FILE="+file(t, t.TempDir(), "service.json", w.Service.KeyJSON()),
				"TF_VAR_id="+w.OIDC.ClientID, "TF_VAR_secret="+w.OIDC.Secret).write("provider \"zitadel\" {\n  request_timeout = \"1h\"\n}\n" + c.blocks)
			arguments := []string{c.command, "-no-color", "-input=false"}
			if c.command == "apply" {
				arguments = append(arguments, "-auto-approve")
			}
			run := workspace.begin(arguments...)
			select {
			case <-s.begun:
			case <-run.ended:
				t.Fatalf("the run ended before it could be interrupted: %v\n%s", run.err, &run.output)
			}
			began := time.Now()
			run.interrupt(t)
			await(t, "the request's end", s.ended)
			request := time.Since(began)
			run.gone(t)
			t.Logf("the request ended after %s, the run after %s", request, time.Since(began))
			if run.err == nil || !strings.Contains(run.output.String(), "The run was interrupted before there was an answer.") {
				t.Errorf("%v\n%s", run.err, &run.output)
			}
			if n := s.Requests(optest.Token); n != c.before || s.Requests(optest.Revocation) != n && strings.Contains(c.blocks, "revoke_with") {
				t.Errorf("%d token requests after the interrupt, %d revocations", n-c.before, s.Requests(optest.Revocation))
			}
		})
	}
}
