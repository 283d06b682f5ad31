# A small module that checks whether the user of a token is allowed to deploy. The module has
# no provider block, so the calling configuration selects the ZITADEL instance.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_introspection" "this" {
  token             = var.token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]

  lifecycle {
    postcondition {
      condition     = self.valid
      error_message = "The token is invalid: ${join(" ", self.failures[*].detail)}"
    }
  }
}

output "may_deploy" {
  description = "Whether the user of the token is allowed to deploy."
  value       = contains(data.zitadel_introspection.this.roles, var.role)
}
