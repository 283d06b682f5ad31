# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_userinfo" "this" {
  token = var.token
}

variable "token" {
  description = "Access token of the user."
  type        = string
  sensitive   = true
}

output "subject" {
  value = data.zitadel_userinfo.this.subject
}
