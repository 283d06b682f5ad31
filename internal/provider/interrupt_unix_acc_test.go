//go:build unix

package provider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"os"
	"path/filepath"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Ctrl-C during a stalled token request must close the connection of the request and end all processes
// of the run.
func TestAccInterruptOfStalledRequest(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	const (
		data = `data "zitadel_access_token" "this" {}`
		late = "data \"zitadel_access_token\" \"this\" {\n  depends_on = [terraform_data.before]\n}\nresource " +
			"\"terraform_data\" \"before\" {}\n"
		ephemeral = `ephemeral "zitadel_access_token" "this" {}`
		revoked   = "variable \"id\" {}\nvariable \"secret\" { sensitive = true }\nephemeral " +
			"\"zitadel_access_token\" \"this\" {\n  revoke_with = { client_id = var.id, client_secret = var.secret " +
			"}\n}\n"
		change = "resource \"terraform_data\" \"after\" {\n  input      = 1\n  depends_on = " +
			"[ephemeral.zitadel_access_token.this]\n}\n"
	)
	for name, c := range map[string]struct {
		command, blocks string
		before          int // number of token requests before the stalled one
	}{
		"plan, data source":      {"plan", data, 0},
		"plan, ephemeral":        {"plan", ephemeral, 0},
		"plan, revocable":        {"plan", revoked, 0},
		"apply, data source":     {"apply", late, 0},
		"apply, ephemeral":       {"apply", ephemeral + "\n" + change, 1},
		"apply, revocable":       {"apply", revoked + change, 1},
		"apply, during its plan": {"apply", data, 0},
	} {
		subtests.Run(name, func(t *testing.T) {
			w := acctest.World()
			s := acctest.StartStalledIssuer(t, c.before)
			workspace := acctest.NewWorkspace(
				t,
				"ZITADEL_ISSUER="+s.URL,
				"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "service.json", w.Service.KeyJSON()),
				"TF_VAR_id="+w.OIDC.ClientID,
				"TF_VAR_secret="+w.OIDC.Secret,
			).WriteConfiguration(
				"provider \"zitadel\" {\n  request_timeout = \"1h\"\n}\n" + c.blocks,
			)
			arguments := []string{c.command, "-no-color", "-input=false"}
			if c.command == "apply" {
				arguments = append(arguments, "-auto-approve")
			}
			run := workspace.Start(arguments...)
			select {
			case <-s.Began:
			case <-run.Ended:
				t.Fatalf("the run ended before it could be interrupted: %v\n%s", run.Err, &run.Output)
			}
			began := time.Now()
			run.Interrupt(t)
			acctest.Await(t, "the end of the request", s.Ended)
			request := time.Since(began)
			run.WaitForExit(t)
			t.Logf("the request ended after %s, the run after %s", request, time.Since(began))
			if run.Err == nil || !strings.Contains(run.Output.String(), "[interrupted]") {
				t.Errorf("got error %v, want [interrupted] in the output:\n%s", run.Err, &run.Output)
			}
			if n := s.Requests(optest.Token); n != c.before ||
				s.Requests(optest.Revocation) != n && strings.Contains(c.blocks, "revoke_with") {
				t.Errorf("%d token requests after the interrupt, want none; %d revocations, want one per revocable token",
					n-c.before, s.Requests(optest.Revocation))
			}
		})
	}
}

// An interrupt during an apply must not revoke a token while another provider is using it. The token
// must be revoked after the other provider's operation is complete.
func TestAccInterruptDuringOperation(t *testing.T) {
	i := acctest.StartIssuer(t)
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
	workspace := acctest.NewWorkspace(
		t,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "service.json", i.World.ServiceJWT.KeyJSON()),
		"TF_VAR_id="+i.World.OIDC.ClientID,
		"TF_VAR_secret="+i.World.OIDC.Secret,
		"TF_VAR_host="+api.URL,
		"TF_VAR_project="+i.World.Project.ID,
		"TF_LOG_PATH=",
	).WriteConfiguration(
		`
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
`,
	)
	workspace.InstallProviders()
	run := workspace.Start("apply", "-no-color", "-input=false", "-auto-approve")
	var token string
	select {
	case token = <-started:
	case <-run.Ended:
		t.Fatalf("the run ended before it could be interrupted: %v\n%s", run.Err, &run.Output)
	}
	stopped := run.Output.Line("Served request", "tf_rpc=StopProvider", "zitadel-tokens/zitadel")
	run.Interrupt(t)
	acctest.Await(t, "StopProvider", stopped)
	// The token that the plan requested was revoked at the end of the plan.
	if n := i.Requests(optest.Revocation); n != 1 || !isActive(t, i, token) {
		t.Errorf("%d revocations during the operation, want 1; the token is active: %t, want true", n, isActive(t, i, token))
	}
	close(proceed)
	if got := <-status; got != http.StatusOK {
		t.Errorf("the operation ended with status %d, want 200", got)
	}
	run.WaitForExit(t)
	if n := i.Requests(optest.Revocation); n != 2 || isActive(t, i, token) {
		t.Errorf("%d revocations in total, want 2; the token is active: %t, want false", n, isActive(t, i, token))
	}
}

// A token must be revoked even if the plan or the apply is interrupted while the token is in use.
func TestAccInterrupt(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for command, before := range map[string]int{"plan": 0, "apply": 1} {
		subtests.Run(command, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			// The run stalls in an introspection while zitadel_access_token holds the token.
			i.Fail(optest.Introspection, before, optest.Fault{})
			i.Fail(optest.Introspection, 1, optest.Fault{Delay: time.Minute})
			c := newEphemeralWorkspace(t, i)
			acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "ephemeral"), c.Folder)
			// Without a change, the CLI would apply nothing.
			acctest.WriteFile(
				t,
				c.Folder,
				"change.tf",
				[]byte(
					"resource \"terraform_data\" \"this\" {\n  input      = 1\n  depends_on = "+
						"[ephemeral.zitadel_introspection.this]\n}\n",
				),
			)
			arguments := []string{command, "-no-color", "-input=false"}
			if command == "apply" {
				arguments = append(arguments, "-auto-approve")
			}
			run := c.Start(arguments...)
			// The CLI prints nothing while it waits, so the test polls the issuer's request count.
			for tick := time.NewTicker(10 * time.Millisecond); i.Requests(optest.Introspection) <= before; {
				select {
				case <-tick.C:
				case <-run.Ended:
					t.Fatalf("the run ended before it could be interrupted: %v\n%s", run.Err, &run.Output)
				}
			}
			token := i.Last(optest.Introspection).Form.Get("token")
			if err := run.Process.Signal(os.Interrupt); err != nil { // only to the CLI
				t.Fatal(err)
			}
			run.WaitForExit(t)
			if run.Err == nil {
				t.Errorf("an interrupted run ended without an error:\n%s", &run.Output)
			}
			if i.Requests(optest.Revocation) != before+1 || isActive(t, i, token) {
				t.Errorf(
					"%d revocations, want %d; the token is active: %t, want false\n%s",
					i.Requests(optest.Revocation),
					before+1,
					isActive(t, i, token),
					&run.Output,
				)
			}
		})
	}
}
