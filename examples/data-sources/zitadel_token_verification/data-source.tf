# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Verify a token locally. All blocks share one request for the public keys.
data "zitadel_token_verification" "this" {
  token             = var.token
  required_audience = [var.project_id]
  required_roles    = ["reader"]
  project_id        = var.project_id
}

variable "token" {
  description = "JWT access token to verify."
  type        = string
  sensitive   = true
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}

output "failures" {
  value = data.zitadel_token_verification.this.failures
}
