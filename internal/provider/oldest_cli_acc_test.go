package provider_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The data sources work with the oldest CLIs, which have neither ephemeral resources nor
// functions. The workflows run only this test with these versions.
func TestAccOldestCLI(t *testing.T) {
	c := acctest.NewWorkspace(t, exampleEnvironment(t, acctest.StartIssuer(t))...).WriteConfiguration(`
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
    data.zitadel_introspection.this.valid, data.zitadel_token_verification.this.valid, data.zitadel_userinfo.this.subject == data.zitadel_key_info.this.user_id,
    data.zitadel_client_assertion.this.key_id == data.zitadel_key_info.this.key_id, data.zitadel_token_exchange.this.token_type,
    length(data.zitadel_jwks.this.keys) > 0, data.zitadel_openid_configuration.this.issuer == data.zitadel_introspection.this.issuer,
  ]
}
`)
	c.InstallProviders()
	if applied := c.MustRun("apply", "-no-color", "-auto-approve"); !acctest.ContainsAll(
		acctest.Unwrap(applied),
		`valid = [ true, true, true, true, "Bearer", true, true, ]`,
	) {
		t.Error(applied)
	}
	c.MustRun("destroy", "-no-color", "-auto-approve")
}
