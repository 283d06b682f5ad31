# Accept a user's token only if no other user acts on behalf of that user.
#
# Set ZITADEL_ISSUER and the variables. Requires Terraform 1.5 or OpenTofu 1.6.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# The run fails with the code "impersonated" if the token has an actor.
data "zitadel_introspection" "caller" {
  token                = var.token
  credentials          = { key_file = var.application_key_file }
  required_audience    = [var.project_id]
  forbid_impersonation = true
  fail_when_invalid    = true
}

output "caller" {
  value = data.zitadel_introspection.caller.subject
}
