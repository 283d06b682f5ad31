# A configuration for a runner that shares an instance with many others: one
# token for all blocks, checks without a round trip, and patience at a rate limit.
#
# Set ZITADEL_ISSUER and ZITADEL_KEY_FILE in the runner's environment. Needs
# Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  max_retries = 12 # for thousands of runs at one limit; the default is 3
}

# Equal arguments share one request, in all modules that use this provider block.
ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

# Checked here, by the issuer's public keys: one request for all of them.
data "zitadel_token_verification" "each" {
  for_each          = nonsensitive(toset(keys(var.tokens)))
  token             = var.tokens[each.key]
  required_audience = [var.project_id]
}

output "invalid" {
  value = [for name, verified in data.zitadel_token_verification.each : name if !verified.valid]
}

variable "project_id" {
  description = "Id of the project that the tokens are for."
  type        = string
}

variable "tokens" {
  description = "JWT access tokens to check, by a name for each."
  type        = map(string)
  sensitive   = true
  default     = {}
}
