terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  issuer   = var.issuer
  key_file = var.service_key_file
}

data "zitadel_access_token" "this" {}

output "token_expires_at" {
  value = data.zitadel_access_token.this.expires_at
}

variable "issuer" {
  description = "URL of the ZITADEL instance, such as https://my-tenant.zitadel.cloud."
  type        = string
}

variable "service_key_file" {
  description = "Path of the key file of a service account."
  type        = string
}
