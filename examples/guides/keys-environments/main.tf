# Use two instances in one configuration. Each instance has a provider block with an alias.
# This example sends no requests.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  alias    = "staging"
  issuer   = "https://staging.example.com"
  key_file = var.staging_key_file != null ? var.staging_key_file : var.service_key_file
}

provider "zitadel" {
  alias    = "production"
  issuer   = "https://auth.example.com"
  key_file = var.service_key_file
}

# The audience of each assertion is the issuer of its provider block.
ephemeral "zitadel_client_assertion" "staging" {
  provider = zitadel.staging
}

ephemeral "zitadel_client_assertion" "production" {
  provider = zitadel.production
}

variable "service_key_file" {
  description = "Path to the key file of a service account in the production instance."
  type        = string
}

variable "staging_key_file" {
  description = "Path to the key file of a service account in the staging instance. Defaults to service_key_file."
  type        = string
  default     = null
}
