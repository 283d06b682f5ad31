# The run stops with the reasons if the token is not good.
ephemeral "zitadel_token_verification" "this" {
  token             = var.token
  required_audience = [var.project_id]
  fail_when_invalid = true
}

variable "token" {
  description = "JWT access token to check."
  type        = string
  ephemeral   = true
}

variable "project_id" {
  description = "Id of the project that the token is for."
  type        = string
}
