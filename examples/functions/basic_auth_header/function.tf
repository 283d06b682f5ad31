# Set the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

variable "client_secret" {
  description = "Client secret."
  type        = string
  sensitive   = true
}

locals {
  authorization = provider::zitadel::basic_auth_header("my-client", var.client_secret)
}
