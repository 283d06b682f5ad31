# Set ZITADEL_ISSUER and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# If the token is not valid, stop the run and report the reasons.
ephemeral "zitadel_token_verification" "this" {
  token             = var.token
  required_audience = [var.project_id]
  fail_when_invalid = true
}

variable "token" {
  description = "JWT access token to verify."
  type        = string
  ephemeral   = true
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}
