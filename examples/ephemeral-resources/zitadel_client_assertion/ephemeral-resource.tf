# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

ephemeral "zitadel_client_assertion" "this" {
  credentials = { key_file = var.application_key_file }
  lifetime    = "10m"
}

variable "application_key_file" {
  description = "Path to the key file of an API application."
  type        = string
}
