# A token for an assertion that was signed elsewhere: no key is on this machine.
#
# Set ZITADEL_ISSUER and TF_VAR_assertion="$(./sign.sh)". Needs Terraform 1.10 or
# OpenTofu 1.11.
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

# Ephemeral, so that it is in no plan file; "apply" of a saved plan needs it anew.
variable "assertion" {
  description = "Signed JWT of a service account; without it the provider's environment variables count."
  type        = string
  ephemeral   = true
  sensitive   = true
  default     = null
}

variable "project_id" {
  description = "Id of the project that the token is for."
  type        = string
}
