# Set the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_key_info" "this" {
  key_file = var.service_key_file
}

variable "service_key_file" {
  description = "Path to the key file of a service account."
  type        = string
}

output "expires_at" {
  value = data.zitadel_key_info.this.expires_at
}
