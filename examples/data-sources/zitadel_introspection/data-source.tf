# A token that a pipeline was given, refused unless its holder is a reader.
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
  description = "Access token to ask about."
  type        = string
  sensitive   = true
}

variable "application_key_file" {
  description = "Key JSON of an API application of the project."
  type        = string
}

variable "project_id" {
  description = "Id of the project that the token is for."
  type        = string
}

output "roles" {
  value = data.zitadel_introspection.this.roles
}
