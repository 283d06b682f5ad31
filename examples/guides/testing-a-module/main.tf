# A small module: it takes a token, and tells who may deploy. It has no provider
# block, so whoever calls it decides which ZITADEL is asked.
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
      error_message = "The token is refused: ${join(" ", self.failures[*].detail)}"
    }
  }
}

output "may_deploy" {
  description = "Whether the token's holder may deploy."
  value       = contains(data.zitadel_introspection.this.roles, var.role)
}
