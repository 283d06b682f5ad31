# Set the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

variable "signing_input" {
  description = "Result of assertion_signing_input."
  type        = string
}

variable "signature" {
  description = "Signature of the signing input, in base64."
  type        = string
  sensitive   = true
}

locals {
  assertion = provider::zitadel::signed_assertion(var.signing_input, var.signature)
}
