# Set the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

ephemeral "zitadel_key_info" "this" {
  key_file = var.service_key_file
}

variable "service_key_file" {
  description = "Path to the key file of a service account."
  type        = string
}
