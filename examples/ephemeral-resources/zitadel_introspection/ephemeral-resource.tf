# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Unless the token is valid and its user has the reader role, stop the run and report the
# reasons.
ephemeral "zitadel_introspection" "this" {
  token             = var.token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]
  required_roles    = ["reader"]
  fail_when_invalid = true
}

variable "token" {
  description = "Access token to introspect."
  type        = string
  ephemeral   = true
}

variable "application_key_file" {
  description = "Path to the key file of an API application in the project."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}
