# Get a token with an assertion that was signed outside Terraform.
#
# Set ZITADEL_ISSUER, TF_VAR_assertion="$(./sign.sh)" and TF_VAR_project_id. Requires
# Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  assertion = var.assertion
}

ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

# The variable is ephemeral, so no plan file contains the assertion. Set the variable
# again when you apply a saved plan.
variable "assertion" {
  description = "Signed assertion of a service account. Defaults to the credentials in the environment."
  type        = string
  ephemeral   = true
  sensitive   = true
  default     = null
}

variable "project_id" {
  description = "ID of the project that the token is for."
  type        = string
}
