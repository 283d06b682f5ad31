# This module returns a token for one project.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

variable "project_id" {
  description = "ID of the project."
  type        = string
}

output "access_token" {
  description = "Token for the project."
  value       = ephemeral.zitadel_access_token.this.access_token
  ephemeral   = true
}
