package provider_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// invalidTokens returns tokens that a pipeline must reject, with the code of the failure.
func invalidTokens(i *optest.Issuer) map[string]struct{ token, code string } {
	elsewhere, powerless, expired := accessTokenClaims(i), accessTokenClaims(i), accessTokenClaims(i)
	elsewhere["aud"] = []string{"1"}
	powerless["urn:zitadel:iam:org:project:"+i.World.Project.ID+":roles"] = map[string]any{
		"writer": map[string]string{"1": "a"},
	}
	expired["exp"] = time.Now().Add(-time.Minute).Unix()
	return map[string]struct{ token, code string }{
		"no audience": {i.SignToken(elsewhere), "missing_audience"},
		"wrong role":  {i.SignToken(powerless), "missing_role"},
		"expired":     {i.SignToken(expired), "expired"},
	}
}

// examples/validate-token: a postcondition fails the plan with a reason. A check warns,
// and causes no changes in the next plan.
func TestAccValidateToken(t *testing.T) {
	i := acctest.StartIssuer(t)
	c := acctest.NewWorkspace(
		t,
		"ZITADEL_ISSUER="+i.URL,
		"TF_VAR_project_id="+i.World.Project.ID,
		"TF_VAR_token="+i.SignToken(accessTokenClaims(i)),
	)
	acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "validate-token"), c.Folder)
	if output := c.MustRun("apply", "-no-color", "-auto-approve"); strings.Contains(
		output,
		"Warning: Check block assertion failed",
	) {
		t.Errorf("the check warns of a good token:\n%s", output)
	}
	output := c.MustRun("plan", "-no-color", "-detailed-exitcode", "-var", "lives_at_least=2h") // 2 would mean changes
	if !acctest.ContainsAll(
		acctest.Unwrap(output),
		"Check block assertion failed",
		"possibly before this pipeline",
	) {
		t.Errorf("the check does not warn:\n%s", output)
	}
	for name, refused := range invalidTokens(i) {
		output, err := c.Run("plan", "-no-color", "-var", "token="+refused.token)
		if err == nil || !acctest.ContainsAll(acctest.Unwrap(output), "Resource postcondition failed", refused.code) ||
			strings.Contains(output, refused.token) {
			t.Errorf("%s: %v\n%s", name, err, output)
		}
	}
}

// examples/guides/getting-started: the plan after apply rejects a token without a role that
// is required, with both CLIs. In the first apply, OpenTofu does not open the block.
func TestAccGettingStarted(t *testing.T) {
	i := acctest.StartIssuer(t)
	c := acctest.NewWorkspace(t, exampleEnvironment(t, i)...)
	acctest.CopyFolder(t, filepath.Join(exampleRoot, "guides", "getting-started"), c.Folder)
	c.InstallProviders()
	c.MustRun("apply", "-no-color", "-auto-approve")
	file := filepath.Join(c.Folder, "main.tf")
	before := acctest.ReadFile(t, file)
	after := strings.Replace(before, `required_roles    = ["reader"]`, `required_roles    = ["admin"]`, 1)
	if after == before {
		t.Fatal("the example requires no role")
	}
	acctest.WriteFile(t, c.Folder, "main.tf", []byte(after))
	if output, err := c.Run("plan", "-no-color"); err == nil || !acctest.ContainsAll(output, "missing_role", `"admin"`) {
		t.Errorf("%v\n%s", err, output)
	}
	if state := acctest.ReadFile(t, filepath.Join(c.Folder, "terraform.tfstate")); strings.Contains(state, "PRIVATE KEY") {
		t.Error("a private key is in the state")
	}
}

// An ephemeral token is rejected with a reason, too.
func TestAccValidateEphemeralToken(t *testing.T) {
	i := acctest.StartIssuer(t)
	c := acctest.NewWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_project_id="+i.World.Project.ID).WriteConfiguration(`
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
	c.MustRun("plan", "-no-color", "-var", "token="+i.SignToken(accessTokenClaims(i)))
	for name, refused := range invalidTokens(i) {
		output, err := c.Run("plan", "-no-color", "-var", "token="+refused.token)
		if err == nil || strings.Contains(output, refused.token) ||
			!acctest.ContainsAll(acctest.Unwrap(output), unableTo("accept token"), refused.code) {
			t.Errorf("%s: %v\n%s", name, err, output)
		}
	}
}

// examples/key-health: the check fails a month before the key expires.
func TestAccKeyHealth(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for name, c := range map[string]struct {
		ends any
		warn bool
	}{
		"soon":  {time.Now().Add(20 * 24 * time.Hour).UTC().Format(time.RFC3339), true},
		"late":  {time.Now().Add(60 * 24 * time.Hour).UTC().Format(time.RFC3339), false},
		"never": {nil, false},
	} {
		subtests.Run(name, func(t *testing.T) {
			key := acctest.WriteFile(
				t,
				t.TempDir(),
				"key.json",
				[]byte(acctest.ChangeKey(t, acctest.World().Service.KeyJSON(), object{"expirationDate": c.ends})),
			)
			w := acctest.NewWorkspace(t, "TF_VAR_service_key_file="+key)
			acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "key-health"), w.Folder)
			output := w.MustRun("plan", "-no-color")
			if warned := acctest.ContainsAll(acctest.Unwrap(output), "Check block assertion "+
				"failed", "Create a new one in ZITADEL"); warned != c.warn {
				t.Errorf("warned: %t\n%s", warned, output)
			}
		})
	}
}

// examples/guides/keys-rotation: the plan fails for a key that cannot replace the current
// one.
func TestAccKeyRotation(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	w := acctest.World()
	for name, c := range map[string]struct {
		next []byte
		want string
	}{
		"another account": {w.ServiceJWT.KeyJSON(), "The keys belong to different service accounts."},
		"the same key":    {w.Service.KeyJSON(), "Both files contain the same key."},
		"unknown key": {
			[]byte(acctest.ChangeKey(t, w.Service.KeyJSON(), object{"keyId": "999000111222333444"})), "[key-not-accepted]",
		},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			next := acctest.WriteFile(t, t.TempDir(), "next.json", c.next)
			w := acctest.NewWorkspace(t, exampleEnvironment(t, i)...)
			acctest.CopyFolder(t, filepath.Join(exampleRoot, "guides", "keys-rotation"), w.Folder)
			output, err := w.Run("plan", "-no-color", "-var", "next_key_file="+next)
			if err == nil || !strings.Contains(acctest.Unwrap(output), c.want) {
				t.Errorf("%v, no %q in\n%s", err, c.want, output)
			}
		})
	}
}
