# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Fail unless the token is valid and its user has the reader role.
data "zitadel_introspection" "this" {
  token             = var.token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]
  required_roles    = ["reader"]

  lifecycle {
    postcondition {
      condition     = self.valid
      error_message = join("\n", [for failure in self.failures : failure.detail])
    }
  }
}

variable "token" {
  description = "Access token to introspect."
  type        = string
  sensitive   = true
}

variable "application_key_file" {
  description = "Path to the key file of an API application in the project."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}

output "roles" {
  value = data.zitadel_introspection.this.roles
}
