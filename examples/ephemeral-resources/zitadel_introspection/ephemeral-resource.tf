# The run stops with the reasons if the token is not good for a reader.
ephemeral "zitadel_introspection" "this" {
  token             = var.token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]
  required_roles    = ["reader"]
  fail_when_invalid = true
}

variable "token" {
  description = "Access token to ask about."
  type        = string
  ephemeral   = true
}

variable "application_key_file" {
  description = "Key JSON of an API application of the project."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}
