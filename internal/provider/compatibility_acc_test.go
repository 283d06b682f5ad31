package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/compatibility"
)

// TestAccCompatibility checks that docs/compatibility.md is correct for the CLI under test: a feature
// must work if it is declared to work, and must otherwise fail, as its exception describes if there is
// one. The test runs with every supported CLI. The oldest CLIs have neither ephemeral resources nor
// functions.
func TestAccCompatibility(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	probes := map[string]func(*testing.T, *acctest.Workspace) error{
		"data_sources":               probeDataSources,
		"functions":                  probeFunctions,
		"ephemeral_resources":        probeEphemeralResources,
		"unused_ephemeral_resources": probeUnusedEphemeralResources,
		"empty_plan":                 probeEmptyPlan,
		"refresh_only":               probeRefreshOnly,
		"refresh_only_exit_code":     probeRefreshOnlyExitCode,
		"mock_data_sources":          probeMockDataSources,
		"mock_ephemeral_resources":   probeMockEphemeralResources,
		"functions_in_console":       probeFunctionsInConsole,
	}
	if len(probes) != len(compatibility.Features) {
		t.Errorf("%d probes, want one for each of the %d features", len(probes), len(compatibility.Features))
	}
	for _, feature := range compatibility.Features {
		subtests.Run(feature.Name, func(t *testing.T) {
			acctest.SkipWithoutCLI(t)
			w := acctest.NewWorkspace(t, exampleEnvironment(t, acctest.StartIssuer(t))...)
			cli, err := compatibility.Read(t.Context(), w.CLI)
			if err != nil {
				t.Fatal(err)
			}
			err = probes[feature.Name](t, w)
			if works := feature.Works(cli); works != (err == nil) {
				t.Errorf("%s: declared to work: %t, but the probe returned error %v", cli, works, err)
			}
			if e := feature.Exception(cli); e != nil && err != nil && !strings.Contains(acctest.Unwrap(err.Error()), e.Output) {
				t.Errorf("%s: got error %v, want %q in it", cli, err, e.Output)
			}
		})
	}
}

// install writes a configuration and installs its providers.
func install(w *acctest.Workspace, config string) error {
	if output, err := w.WriteConfiguration(config).Init(); err != nil {
		return fmt.Errorf("init: %w\n%s", err, output)
	}
	return nil
}

// runCLI runs the CLI with the given arguments and returns its output. If the CLI fails, the error
// contains the arguments and the output.
func runCLI(w *acctest.Workspace, args ...string) (string, error) {
	output, err := w.Run(args...)
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return output, err
}

// runModuleTests runs the "test" command of the CLI for a configuration, with the provider mocked.
// Before Terraform 1.6, "test" was a different command, which finds no tests and succeeds, so
// runModuleTests returns an error unless the output reports one passed test.
func runModuleTests(t *testing.T, w *acctest.Workspace, config string) error {
	t.Helper()
	acctest.WriteFile(t, w.Folder, "main.tftest.hcl", []byte(`
mock_provider "zitadel" {}

run "plan" {
  command = plan
}
`))
	if err := install(w, config); err != nil {
		return err
	}
	output, err := runCLI(w, "test", "-no-color")
	if err == nil && !strings.Contains(output, "1 passed, 0 failed") {
		err = errors.New(output)
	}
	return err
}

// probeDataSources reads every data source, in a configuration that the oldest CLIs accept.
func probeDataSources(_ *testing.T, w *acctest.Workspace) error {
	if err := install(w, `
variable "project_id" {}
variable "application_key_file" {}
variable "revoking_client_id" {}
variable "revoking_client_secret" { sensitive = true }
variable "token" { sensitive = true }

data "zitadel_openid_configuration" "this" {}
data "zitadel_jwks" "this" {}
data "zitadel_key_info" "this" {}
data "zitadel_client_assertion" "this" {}

data "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

data "zitadel_introspection" "this" {
  token          = data.zitadel_access_token.this.access_token
  credentials    = { key_file = var.application_key_file }
  required_roles = ["reader"]
}

data "zitadel_token_verification" "this" {
  token             = var.token
  required_audience = []
}

data "zitadel_userinfo" "this" {
  token = data.zitadel_access_token.this.access_token
}

data "zitadel_token_exchange" "this" {
  subject_token = data.zitadel_access_token.this.access_token
  credentials   = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}

check "token" {
  assert {
    condition     = data.zitadel_introspection.this.valid
    error_message = "Refused."
  }
}

output "valid" {
  value = [
    data.zitadel_introspection.this.valid,
    data.zitadel_token_verification.this.valid,
    data.zitadel_userinfo.this.subject == data.zitadel_key_info.this.user_id,
    data.zitadel_client_assertion.this.key_id == data.zitadel_key_info.this.key_id,
    data.zitadel_token_exchange.this.token_type,
    length(data.zitadel_jwks.this.keys) > 0,
    data.zitadel_openid_configuration.this.issuer == data.zitadel_introspection.this.issuer,
  ]
}
`); err != nil {
		return err
	}
	output, err := runCLI(w, "apply", "-no-color", "-auto-approve")
	if err != nil {
		return err
	}
	if !acctest.ContainsAll(acctest.Unwrap(output), `valid = [ true, true, true, true, "Bearer", true, true, ]`) {
		return errors.New(output)
	}
	if _, err = runCLI(w, "plan", "-no-color", "-detailed-exitcode"); err != nil {
		return err
	}
	_, err = runCLI(w, "destroy", "-no-color", "-auto-approve")
	return err
}

func probeFunctions(_ *testing.T, w *acctest.Workspace) error {
	if err := install(w, `
output "scope" { value = provider::zitadel::project_audience_scope("42") }
`); err != nil {
		return err
	}
	output, err := runCLI(w, "apply", "-no-color", "-auto-approve")
	if err == nil && !strings.Contains(output, "urn:zitadel:iam:org:project:id:42:aud") {
		err = errors.New(output)
	}
	return err
}

// probeFunctionsInConsole checks the output of the console, because the console exits with status 0
// even if it prints an error.
func probeFunctionsInConsole(t *testing.T, w *acctest.Workspace) error {
	t.Helper()
	if err := install(w, ""); err != nil {
		return err
	}
	w.Input = `provider::zitadel::project_audience_scope("42")`
	output, err := runCLI(w, "console")
	if err == nil && !strings.Contains(output, "urn:zitadel:iam:org:project:id:42:aud") {
		err = errors.New(output)
	}
	return err
}

// probeEphemeralResources configures another provider with an ephemeral token.
func probeEphemeralResources(_ *testing.T, w *acctest.Workspace) error {
	if err := install(w, `
variable "vault_address" {}
variable "project_id" {}
variable "jwt_service_key_file" {}

ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = var.jwt_service_key_file }
  project_ids = [var.project_id]
  scopes      = []
}

provider "vault" {
  address          = var.vault_address
  skip_child_token = true

  auth_login_jwt {
    mount = "jwt"
    role  = "terraform"
    jwt   = ephemeral.zitadel_access_token.this.access_token
  }
}

data "vault_kv_secret_v2" "this" {
  mount = "secret"
  name  = "app"
}
`); err != nil {
		return err
	}
	_, err := runCLI(w, "apply", "-no-color", "-auto-approve")
	return err
}

// probeUnusedEphemeralResources applies a block that verifies an invalid token and that nothing refers
// to. If the run succeeds, the CLI did not open the block, and the probe fails.
func probeUnusedEphemeralResources(_ *testing.T, w *acctest.Workspace) error {
	if err := install(w, `
resource "terraform_data" "first" {}

ephemeral "zitadel_token_verification" "this" {
  token             = "a.b.c"
  required_audience = []
  fail_when_invalid = true
  defer_until       = terraform_data.first.id
}
`); err != nil {
		return err
	}
	output, err := w.Run("apply", "-no-color", "-auto-approve")
	want := printed(unableTo("accept token"), "malformed: ", "[token-malformed]")
	if err == nil || !want.MatchString(output) {
		return fmt.Errorf("the block was not opened: %s", output)
	}
	return nil
}

func probeEmptyPlan(t *testing.T, w *acctest.Workspace) error {
	t.Helper()
	if err := probeEphemeralResources(t, w); err != nil {
		return err
	}
	if _, err := runCLI(w, "plan", "-no-color", "-detailed-exitcode", "-out=plan"); err != nil {
		return err
	}
	output, err := runCLI(w, "show", "-json", "plan")
	if err != nil {
		return err
	}
	var plan struct {
		Changes []struct {
			Change struct{ Actions []string }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(output), &plan); err != nil {
		return err
	}
	if len(plan.Changes) > 0 {
		return fmt.Errorf("the plan contains changes: %v", plan.Changes)
	}
	return nil
}

func probeRefreshOnly(t *testing.T, w *acctest.Workspace) error {
	t.Helper()
	if err := probeEphemeralResources(t, w); err != nil {
		return err
	}
	_, err := runCLI(w, "plan", "-no-color", "-refresh-only")
	return err
}

func probeRefreshOnlyExitCode(_ *testing.T, w *acctest.Workspace) error {
	if err := install(w, `
data "zitadel_openid_configuration" "this" {}
`); err != nil {
		return err
	}
	if _, err := runCLI(w, "apply", "-no-color", "-auto-approve"); err != nil {
		return err
	}
	_, err := runCLI(w, "plan", "-no-color", "-refresh-only", "-detailed-exitcode")
	return err
}

// probeMockDataSources mocks a block that does not set credentials, because some OpenTofu versions
// crash in this case.
func probeMockDataSources(t *testing.T, w *acctest.Workspace) error {
	t.Helper()
	return runModuleTests(t, w, `data "zitadel_access_token" "this" {}`)
}

func probeMockEphemeralResources(t *testing.T, w *acctest.Workspace) error {
	t.Helper()
	return runModuleTests(t, w, `ephemeral "zitadel_access_token" "this" {}`)
}
