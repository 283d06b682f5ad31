# Set the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

variable "issuer" {
  description = "Issuer URL of the ZITADEL instance, without a trailing slash."
  type        = string
}

variable "user_id" {
  description = "User ID of the service account."
  type        = string
}

variable "key_id" {
  description = "ID of the public key in ZITADEL."
  type        = string
}

locals {
  signing_input = provider::zitadel::assertion_signing_input(
    var.user_id, var.key_id, var.issuer, plantimestamp(), "10m"
  )
  # The input for a signer that takes the message, in base64.
  message = base64encode(local.signing_input)
  # The input for a signer that takes the SHA-256 digest of the message, in base64.
  digest = base64sha256(local.signing_input)
}
