terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  issuer   = "https://my-tenant.zitadel.cloud"
  key_file = var.service_key_file
}

variable "service_key_file" {
  description = "Key JSON of a service account."
  type        = string
}
