package provider_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// invalidTokens returns tokens that a pipeline must reject, each with the expected failure code.
func invalidTokens(i *optest.Issuer) map[string]struct{ token, code string } {
	otherAudience, otherRole, expired := accessTokenClaims(i), accessTokenClaims(i), accessTokenClaims(i)
	otherAudience["aud"] = []string{"1"}
	otherRole["urn:zitadel:iam:org:project:"+i.World.Project.ID+":roles"] = map[string]any{
		"writer": map[string]string{"1": "a"},
	}
	expired["exp"] = time.Now().Add(-time.Minute).Unix()
	return map[string]struct{ token, code string }{
		"wrong audience": {i.SignToken(otherAudience), "missing_audience"},
		"wrong role":     {i.SignToken(otherRole), "missing_role"},
		"expired":        {i.SignToken(expired), "expired"},
	}
}

// In examples/validate-token, the postcondition must fail the plan and report why the token is invalid.
// The check must only warn, and a plan in which it warns must contain no changes.
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
		t.Errorf("the check warns about a valid token:\n%s", output)
	}
	// With -detailed-exitcode, plan exits with status 2 if there are changes.
	output := c.MustRun("plan", "-no-color", "-detailed-exitcode", "-var", "lives_at_least=2h")
	if !acctest.ContainsAll(
		acctest.Unwrap(output),
		"Check block assertion failed",
		"possibly before this pipeline",
	) {
		t.Errorf("the check does not warn:\n%s", output)
	}
	for name, invalid := range invalidTokens(i) {
		output, err := c.Run("plan", "-no-color", "-var", "token="+invalid.token)
		if err == nil || !acctest.ContainsAll(acctest.Unwrap(output), "Resource postcondition failed", invalid.code) ||
			strings.Contains(output, invalid.token) {
			t.Errorf("%s: got error %v, want a failed plan with %q and without the token:\n%s", name, err, invalid.code, output)
		}
	}
}

// In examples/guides/getting-started, a plan must reject a token that lacks a required role, with both
// Terraform and OpenTofu. The test plans after the first apply, because OpenTofu does not open the
// verification block during that apply.
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
		t.Fatal("the example does not require the reader role")
	}
	acctest.WriteFile(t, c.Folder, "main.tf", []byte(after))
	if output, err := c.Run("plan", "-no-color"); err == nil || !acctest.ContainsAll(output, "missing_role", `"admin"`) {
		t.Errorf("got error %v, want a failed plan with missing_role and the role:\n%s", err, output)
	}
	if state := acctest.ReadFile(t, filepath.Join(c.Folder, "terraform.tfstate")); strings.Contains(state, "PRIVATE KEY") {
		t.Error("the state contains a private key")
	}
}

// An ephemeral resource must also reject an invalid token with a reason.
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
	for name, invalid := range invalidTokens(i) {
		output, err := c.Run("plan", "-no-color", "-var", "token="+invalid.token)
		if err == nil || strings.Contains(output, invalid.token) ||
			!acctest.ContainsAll(acctest.Unwrap(output), unableTo("accept token"), invalid.code) {
			t.Errorf("%s: got error %v, want a failed plan with %q and without the token:\n%s", name, err, invalid.code, output)
		}
	}
}

// In examples/key-health, the check must fail if the key expires within 30 days.
func TestAccKeyHealth(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for name, c := range map[string]struct {
		expires any
		warns   bool
	}{
		"soon":  {time.Now().Add(20 * 24 * time.Hour).UTC().Format(time.RFC3339), true},
		"later": {time.Now().Add(60 * 24 * time.Hour).UTC().Format(time.RFC3339), false},
		"never": {nil, false},
	} {
		subtests.Run(name, func(t *testing.T) {
			key := acctest.WriteFile(
				t,
				t.TempDir(),
				"key.json",
				[]byte(acctest.ChangeKey(t, acctest.World().Service.KeyJSON(), object{"expirationDate": c.expires})),
			)
			w := acctest.NewWorkspace(t, "TF_VAR_service_key_file="+key)
			acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "key-health"), w.Folder)
			output := w.MustRun("plan", "-no-color")
			if warned := acctest.ContainsAll(acctest.Unwrap(output), "Check block assertion "+
				"failed", "Create a new one in ZITADEL"); warned != c.warns {
				t.Errorf("warned: %t, want %t\n%s", warned, c.warns, output)
			}
		})
	}
}

// In examples/guides/keys-rotation, the plan must fail for a key that cannot replace the current one.
func TestAccKeyRotation(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	w := acctest.World()
	for name, c := range map[string]struct {
		next []byte // nil for the current file
		want string
	}{
		"other account": {w.ServiceJWT.KeyJSON(), "The keys belong to different accounts: "},
		"the same key":  {w.Service.KeyJSON(), "Both files contain the same key."},
		"the same file": {nil, "Both files contain the same key."},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			environment := exampleEnvironment(t, i)
			next := acctest.WriteFile(t, t.TempDir(), "next.json", c.next)
			if c.next == nil {
				next = variableOf(environment, "TF_VAR_service_key_file")
			}
			w := acctest.NewWorkspace(t, environment...)
			acctest.CopyFolder(t, filepath.Join(exampleRoot, "guides", "keys-rotation"), w.Folder)
			output, err := w.Run("plan", "-no-color", "-var", "next_key_file="+next)
			if err == nil || !strings.Contains(acctest.Unwrap(output), c.want) {
				t.Errorf("got error %v, want one with %q in the output:\n%s", err, c.want, output)
			}
		})
	}
}

// variableOf returns the value of the environment variable with the given name.
func variableOf(environment []string, name string) string {
	for _, entry := range environment {
		if value, found := strings.CutPrefix(entry, name+"="); found {
			return value
		}
	}
	return ""
}

// In examples/guides/keys-vault, a data source must also be able to get a token with the assertion
// that Vault signed.
func TestAccVaultDataSource(t *testing.T) {
	i := acctest.StartIssuer(t)
	w := acctest.NewWorkspace(t, exampleEnvironment(t, i)...)
	acctest.CopyFolder(t, filepath.Join(exampleRoot, "guides", "keys-vault"), w.Folder)
	file := filepath.Join(w.Folder, "main.tf")
	block := `"zitadel_access_token" "this"`
	text := strings.Replace(acctest.ReadFile(t, file), "ephemeral "+block, "data "+block, 1)
	acctest.WriteFile(t, w.Folder, "main.tf", []byte(text+`
output "token_type" {
  value = data.zitadel_access_token.this.token_type
}
`))
	w.InstallProviders()
	if output := w.MustRun("apply", "-no-color", "-auto-approve"); !strings.Contains(output, `token_type = "Bearer"`) {
		t.Errorf("no token type in\n%s", output)
	}
}
