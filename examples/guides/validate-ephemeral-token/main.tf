# A token that is never stored, refused by the block itself: a postcondition
# cannot show what comes out of an ephemeral resource.
#
# Set ZITADEL_ISSUER, and pass the variables. Needs Terraform 1.10 or OpenTofu 1.11.
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
