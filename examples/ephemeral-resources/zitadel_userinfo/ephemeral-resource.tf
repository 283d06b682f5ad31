# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

ephemeral "zitadel_userinfo" "this" {
  token = var.token
}

variable "token" {
  description = "Access token of the user."
  type        = string
  ephemeral   = true
}
