# Without a round trip: the keys are fetched once for all blocks.
data "zitadel_token_verification" "this" {
  token             = var.token
  required_audience = [var.project_id]
  required_roles    = ["reader"]
  project_id        = var.project_id
}

variable "token" {
  description = "JWT access token to check."
  type        = string
  sensitive   = true
}

variable "project_id" {
  description = "Id of the project that the token is for."
  type        = string
}

output "failures" {
  value = data.zitadel_token_verification.this.failures
}
