package provider_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// ephemeralWorkspace is a workspace for a CLI that has ephemeral resources.
func ephemeralWorkspace(t *testing.T, i *optest.Issuer, environment ...string) *workspace {
	t.Helper()
	keys := t.TempDir()
	return newWorkspace(t, append(environment,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+file(t, keys, "service.json", i.World.Service.KeyJSON()),
		"TF_VAR_project_id="+i.World.Project.ID,
		"TF_VAR_application_key_file="+file(t, keys, "application.json", i.World.API.KeyJSON()),
		"TF_VAR_revoking_client_id="+i.World.OIDC.ClientID,
		"TF_VAR_revoking_client_secret="+i.World.OIDC.Secret,
	)...)
}

// examples/ephemeral: a token goes into another provider's configuration, is
// revoked when the run ends, and nothing of it is in state.
func TestAccEphemeralExample(t *testing.T) {
	i := issuer(t)
	c := ephemeralWorkspace(t, i)
	if err := os.CopyFS(c.folder, os.DirFS(filepath.Join("..", "..", "examples", "ephemeral"))); err != nil {
		t.Fatal(err)
	}
	c.must("apply", "-no-color", "-auto-approve")

	sent := i.Last(optest.Introspection)
	token := sent.Form.Get("token")
	if token == "" || sent.Header.Get("X-Gateway-Token") != token {
		t.Error("the token did not reach the other provider's configuration")
	}
	if active(t, i, token) {
		t.Error("the run has ended, and the token has not")
	}
	if got, want := i.Requests(optest.Revocation), i.Requests(optest.Token); got != want || want == 0 {
		t.Errorf("%d tokens were issued, %d revoked", want, got)
	}
	state := c.must("show", "-no-color", "-json")
	if at := filepath.Join(c.folder, "terraform.tfstate"); exists(at) {
		state += text(t, at)
	}
	for _, each := range []string{token, i.World.OIDC.Secret, "zitadel_access_token", "zitadel_introspection"} {
		if strings.Contains(state, each) {
			t.Errorf("%.20s... is in state", each)
		}
	}
}

func exists(at string) bool {
	_, err := os.Stat(at)
	return err == nil
}

// A run that fails ends without a word to the provider: the CLI closes nothing.
// The token ends with the process.
func TestAccFailedRunRevokes(t *testing.T) {
	for _, command := range []string{"plan", "apply"} {
		t.Run(command, func(t *testing.T) {
			i := issuer(t)
			i.Grant(i.World.Service, i.World.Project) // none: the policy of the example refuses
			c := ephemeralWorkspace(t, i)
			if err := os.CopyFS(c.folder, os.DirFS(filepath.Join("..", "..", "examples", "ephemeral"))); err != nil {
				t.Fatal(err)
			}
			output, err := c.run(command, "-no-color", "-input=false")
			if err == nil || !hasAll(output, "Unable to accept token", "missing_role") {
				t.Errorf("%v\n%s", err, output)
			}
			token := i.Last(optest.Introspection).Form.Get("token")
			if got, want := i.Requests(optest.Revocation), i.Requests(optest.Token); got != want || want == 0 || active(t, i, token) {
				t.Errorf("%d tokens were issued, %d revoked; the last is active: %t", want, got, active(t, i, token))
			}
		})
	}
}

// A revocation that fails when the process exits is a warning in the log.
func TestAccFailedRevocationAtExit(t *testing.T) {
	i := issuer(t)
	i.Fail(optest.Revocation, 100, optest.Fault{Status: 400, Body: `{"error":"invalid_request"}`})
	c := ephemeralWorkspace(t, i, "TF_LOG_PATH=").write(`
variable "revoking_client_id" {}
variable "revoking_client_secret" { sensitive = true }
ephemeral "zitadel_access_token" "this" {
  revoke_with = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}
ephemeral "zitadel_token_verification" "this" {
  token             = ephemeral.zitadel_access_token.this.access_token
  fail_when_invalid = true
}
`)
	output, err := c.run("plan", "-no-color", "-input=false")
	if err == nil || !hasAll(output, "Unable to accept token") {
		t.Errorf("%v\n%s", err, output)
	}
	warned := false
	for line := range strings.Lines(output) {
		warned = warned || hasAll(line, "[WARN]", "Unable to revoke token at the end of the process", "invalid_request")
	}
	if !warned {
		t.Errorf("no warning in the log")
	}
}

// An interrupt while a token is in use revokes it all the same, in a plan and in
// an apply, whose plan comes first.
func TestAccInterrupt(t *testing.T) {
	for command, before := range map[string]int{"plan": 0, "apply": 1} {
		t.Run(command, func(t *testing.T) {
			i := issuer(t)
			// The introspection hangs, and with it the run, while the token is held.
			i.Fail(optest.Introspection, before, optest.Fault{})
			i.Fail(optest.Introspection, 1, optest.Fault{Delay: time.Minute})
			c := ephemeralWorkspace(t, i)
			if err := os.CopyFS(c.folder, os.DirFS(filepath.Join("..", "..", "examples", "ephemeral"))); err != nil {
				t.Fatal(err)
			}
			// Without something to change there is no apply.
			file(t, c.folder, "change.tf", []byte("resource \"terraform_data\" \"this\" {\n  input      = 1\n  depends_on = [ephemeral.zitadel_introspection.this]\n}\n"))
			arguments := []string{"-chdir=" + c.folder, command, "-no-color", "-input=false"}
			if command == "apply" {
				arguments = append(arguments, "-auto-approve")
			}
			run := exec.CommandContext(t.Context(), c.cli, arguments...)
			run.Env = c.environment
			var output strings.Builder
			run.Stdout, run.Stderr = &output, &output
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- run.Wait() }()
			// The CLI says nothing of what it waits for, so the issuer is asked.
			for tick := time.NewTicker(10 * time.Millisecond); i.Requests(optest.Introspection) <= before; {
				select {
				case <-tick.C:
				case err := <-ended:
					t.Fatalf("the run ended before it could be interrupted: %v\n%s", err, output.String())
				}
			}
			token := i.Last(optest.Introspection).Form.Get("token")
			if err := run.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			err := <-ended
			printed(t, command, output.String())
			if err == nil {
				t.Errorf("an interrupted run ended well:\n%s", output.String())
			}
			if i.Requests(optest.Revocation) != before+1 || active(t, i, token) {
				t.Errorf("revoked %d times; the token is active: %t\n%s", i.Requests(optest.Revocation), active(t, i, token), output.String())
			}
		})
	}
}

// A key that is made in the same configuration is unknown in the plan: the
// blocks wait for apply.
func TestAccKeyMadeInTheSameRun(t *testing.T) {
	i := issuer(t)
	key := string(i.World.Service.KeyJSON())
	c := newWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_key="+key).write(`
variable "key" { sensitive = true }

resource "terraform_data" "key" {
  input = var.key
}

data "zitadel_access_token" "this" {
  credentials = { key_json = terraform_data.key.output }
}

ephemeral "zitadel_access_token" "this" {
  credentials = { key_json = terraform_data.key.output }
}

ephemeral "zitadel_client_assertion" "this" {
  credentials = { key_json = var.key }
  defer_until = terraform_data.key.id
}

output "format" { value = data.zitadel_access_token.this.token_format }
`)
	c.must("plan", "-no-color", "-out=plan")
	if n := i.Requests(optest.Token); n != 0 {
		t.Errorf("%d token requests in a plan that does not know the key", n)
	}
	// The plan file of a block that waits for apply is where its arguments are:
	// the one exception, so that whoever keeps a plan file knows what it is.
	var plan struct {
		Changes []struct {
			Address string         `json:"address"`
			Change  map[string]any `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(c.must("show", "-json", "plan")), &plan); err != nil {
		t.Fatal(err)
	}
	if len(plan.Changes) != 2 {
		t.Errorf("%d changes, want the key and the data source that waits for it", len(plan.Changes))
	}
	output := c.must("apply", "-no-color", "-auto-approve")
	if n := i.Requests(optest.Token); n != 1 || !hasAll(output, `format = "opaque"`) {
		t.Errorf("%d token requests, want one that both kinds share\n%s", n, output)
	}
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct{ Attributes map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(text(t, filepath.Join(c.folder, "terraform.tfstate"))), &state); err != nil {
		t.Fatal(err)
	}
	for _, resource := range state.Resources {
		if resource.Type == "zitadel_access_token" && resource.Instances[0].Attributes["credentials"] != nil {
			t.Error("the data source keeps its credentials")
		}
	}
}

// An ephemeral block that waits for apply, and that nothing uses, is opened there
// by Terraform, and not by OpenTofu: then it checks nothing.
func TestAccUnusedBlockThatWaits(t *testing.T) {
	i := issuer(t)
	c := newWorkspace(t, "ZITADEL_ISSUER="+i.URL).write(`
resource "terraform_data" "first" {}

ephemeral "zitadel_token_verification" "this" {
  token             = "not.a.token"
  required_audience = []
  fail_when_invalid = true
  defer_until       = terraform_data.first.id
}
`)
	output, err := c.run("apply", "-no-color", "-auto-approve")
	if tofu := strings.Contains(c.must("version"), "OpenTofu"); tofu != (err == nil) || !tofu && !hasAll(output, "Unable to accept token") {
		t.Errorf("OpenTofu: %t, %v\n%s", tofu, err, output)
	}
}
