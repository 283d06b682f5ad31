# Two instances in one configuration: each has a provider block with an alias,
# and each block says which one it means. No request is made here.
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

# The audience of an assertion is the issuer of its provider.
ephemeral "zitadel_client_assertion" "staging" {
  provider = zitadel.staging
}

ephemeral "zitadel_client_assertion" "production" {
  provider = zitadel.production
}

variable "service_key_file" {
  description = "Key JSON of a service account of the production instance."
  type        = string
}

variable "staging_key_file" {
  description = "Key JSON of a service account of the staging instance, if that is another one."
  type        = string
  default     = null
}
