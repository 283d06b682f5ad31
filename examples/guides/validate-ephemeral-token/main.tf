# Check a token without storing it. The block itself fails if the token is invalid,
# because a postcondition cannot show ephemeral results.
#
# Set ZITADEL_ISSUER and the variables. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

ephemeral "zitadel_introspection" "this" {
  token             = var.token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]
  required_roles    = ["reader"]
  fail_when_invalid = true
}

# With depends_on, OpenTofu also checks the token during apply.
resource "terraform_data" "deploy" {
  depends_on = [ephemeral.zitadel_introspection.this]
}
