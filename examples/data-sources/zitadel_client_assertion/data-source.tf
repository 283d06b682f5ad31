# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_client_assertion" "this" {
  # Combine the parts of a key that are stored separately.
  credentials = {
    key_json = jsonencode({
      type   = "serviceaccount"
      userId = var.user_id
      keyId  = var.key_id
      key    = file(var.private_key_file)
    })
  }
  lifetime = "10m"
}

variable "user_id" {
  description = "User ID of the service account."
  type        = string
}

variable "key_id" {
  description = "ID of the service account's key."
  type        = string
}

variable "private_key_file" {
  description = "Path to the private key, in PEM format."
  type        = string
}

# Every plan changes this output, because each run signs a new assertion.
output "assertion" {
  value     = data.zitadel_client_assertion.this.assertion
  sensitive = true
}
