//go:build unix

package provider_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// running is a run of the CLI in a process group of its own, as a shell starts
// it.
type running struct {
	*exec.Cmd
	output transcript
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

// transcript is the output of a run. It can be waited for.
type transcript struct {
	mu     sync.Mutex
	text   strings.Builder
	wanted []string      // words of one line
	seen   chan struct{} // closed when there is such a line
}

// Write implements [io.Writer].
func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	o.look()
	return len(p), nil
}

func (o *transcript) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// line returns a channel that is closed when a line contains all words.
func (o *transcript) line(words ...string) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wanted, o.seen = words, make(chan struct{})
	o.look()
	return o.seen
}

func (o *transcript) look() {
	if o.wanted == nil {
		return
	}
	for line := range strings.Lines(o.text.String()) {
		if strings.HasSuffix(line, "\n") && hasAll(line, o.wanted...) {
			o.wanted = nil
			close(o.seen)
			return
		}
	}
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

// An interrupt during an apply does not revoke a token that another provider is
// using. The token is revoked when that operation is complete.
func TestAccInterruptDuringOperation(t *testing.T) {
	i := issuer(t)
	started, proceed, status := make(chan string, 1), make(chan struct{}), make(chan int, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started <- strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		<-proceed
		r.Host = strings.TrimPrefix(i.URL, "http://")
		response := httptest.NewRecorder()
		i.ServeHTTP(response, r)
		status <- response.Code
		w.WriteHeader(response.Code)
	}))
	defer api.Close()
	workspace := newWorkspace(t, "ZITADEL_ISSUER="+i.URL, "ZITADEL_KEY_FILE="+file(t, t.TempDir(), "service.json", i.World.ServiceJWT.KeyJSON()),
		"TF_VAR_id="+i.World.OIDC.ClientID, "TF_VAR_secret="+i.World.OIDC.Secret, "TF_VAR_host="+api.URL, "TF_VAR_project="+i.World.Project.ID, "TF_LOG_PATH=").write(`
variable "id" {}
variable "secret" { sensitive = true }
variable "host" {}
variable "project" {}

ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project]
  scopes      = ["openid", "urn:zitadel:iam:org:project:id:zitadel:aud"]
  revoke_with = { client_id = var.id, client_secret = var.secret }
}

provider "kubernetes" {
  host  = var.host
  token = ephemeral.zitadel_access_token.this.access_token
}

resource "terraform_data" "before" {}

data "kubernetes_server_version" "this" {
  depends_on = [terraform_data.before]
}
`)
	workspace.install()
	run := workspace.begin("apply", "-no-color", "-input=false", "-auto-approve")
	var token string
	select {
	case token = <-started:
	case <-run.ended:
		t.Fatalf("the run ended before it could be interrupted: %v\n%s", run.err, &run.output)
	}
	stopped := run.output.line("Served request", "tf_rpc=StopProvider", "zitadel-tokens/zitadel")
	run.interrupt(t)
	await(t, "StopProvider", stopped)
	// The plan had a token of its own.
	if n := i.Requests(optest.Revocation); n != 1 || !active(t, i, token) {
		t.Errorf("%d revocations while the operation is running, want 1; the token is active: %t", n, active(t, i, token))
	}
	close(proceed)
	if got := <-status; got != http.StatusOK {
		t.Errorf("the operation ended with status %d", got)
	}
	run.gone(t)
	if n := i.Requests(optest.Revocation); n != 2 || active(t, i, token) {
		t.Errorf("%d revocations in all, want 2; the token is active: %t", n, active(t, i, token))
	}
}
