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
  # For a signer that signs a message, in base64.
  message = base64encode(local.signing_input)
  # For a signer that signs a SHA-256 digest, in base64.
  digest = base64sha256(local.signing_input)
}
