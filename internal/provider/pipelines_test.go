package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// refusedTokens are tokens that a pipeline must not take, with the reason.
func refusedTokens(i *optest.Issuer) map[string]struct{ token, code string } {
	elsewhere, powerless, expired := good(i), good(i), good(i)
	elsewhere["aud"] = []string{"1"}
	powerless["urn:zitadel:iam:org:project:"+i.World.Project.ID+":roles"] = map[string]any{"writer": map[string]string{"1": "a"}}
	expired["exp"] = time.Now().Add(-time.Minute).Unix()
	return map[string]struct{ token, code string }{
		"no audience": {i.SignToken(elsewhere), "missing_audience"},
		"wrong role":  {i.SignToken(powerless), "missing_role"},
		"expired":     {i.SignToken(expired), "expired"},
	}
}

// examples/validate-token: a postcondition stops the plan and says why; a check
// warns, and does not make the next plan non-empty.
func TestAccValidateToken(t *testing.T) {
	i := issuer(t)
	c := newWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_project_id="+i.World.Project.ID, "TF_VAR_token="+i.SignToken(good(i)))
	if err := os.CopyFS(c.folder, os.DirFS(filepath.Join("..", "..", "examples", "validate-token"))); err != nil {
		t.Fatal(err)
	}
	if output := c.must("apply", "-no-color", "-auto-approve"); strings.Contains(output, "Warning: Check block assertion failed") {
		t.Errorf("the check warns of a good token:\n%s", output)
	}
	output := c.must("plan", "-no-color", "-detailed-exitcode", "-var", "lives_at_least=2h") // 2 would be a change
	if !hasAll(flat(output), "Check block assertion failed", "which may be before this pipeline does") {
		t.Errorf("the check does not warn:\n%s", output)
	}
	for name, refused := range refusedTokens(i) {
		output, err := c.run("plan", "-no-color", "-var", "token="+refused.token)
		if err == nil || !hasAll(flat(output), "Resource postcondition failed", refused.code) || strings.Contains(output, refused.token) {
			t.Errorf("%s: %v\n%s", name, err, output)
		}
	}
}

// An ephemeral token is refused with a readable reason, too.
func TestAccValidateEphemeralToken(t *testing.T) {
	i := issuer(t)
	c := newWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_project_id="+i.World.Project.ID).write(`
variable "project_id" {}
variable "token" { ephemeral = true }

ephemeral "zitadel_token_verification" "this" {
  token             = var.token
  required_audience = [var.project_id]
  project_id        = var.project_id
  required_roles    = ["reader"]
  fail_when_invalid = true
}
`)
	c.must("plan", "-no-color", "-var", "token="+i.SignToken(good(i)))
	for name, refused := range refusedTokens(i) {
		output, err := c.run("plan", "-no-color", "-var", "token="+refused.token)
		if err == nil || !hasAll(flat(output), "Unable to accept token", refused.code) || strings.Contains(output, refused.token) {
			t.Errorf("%s: %v\n%s", name, err, output)
		}
	}
}

// examples/key-health: the check fails a month before the key ends.
func TestAccKeyHealth(t *testing.T) {
	for name, c := range map[string]struct {
		ends any
		warn bool
	}{
		"soon":  {time.Now().Add(20 * 24 * time.Hour).UTC().Format(time.RFC3339), true},
		"late":  {time.Now().Add(60 * 24 * time.Hour).UTC().Format(time.RFC3339), false},
		"never": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			key := file(t, t.TempDir(), "key.json", []byte(with(t, world().Service.KeyJSON(), object{"expirationDate": c.ends})))
			w := newWorkspace(t, "TF_VAR_service_key_file="+key)
			if err := os.CopyFS(w.folder, os.DirFS(filepath.Join("..", "..", "examples", "key-health"))); err != nil {
				t.Fatal(err)
			}
			output := w.must("plan", "-no-color")
			if warned := hasAll(flat(output), "Check block assertion failed", "Create a new one in ZITADEL"); warned != c.warn {
				t.Errorf("warned: %t\n%s", warned, output)
			}
		})
	}
}

// flat undoes the line breaks that the CLI sets.
func flat(output string) string { return strings.Join(strings.Fields(output), " ") }
