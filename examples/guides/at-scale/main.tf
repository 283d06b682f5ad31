# Share one token among all blocks, verify tokens without one request per token, and allow
# more retries under a rate limit.
#
# Set ZITADEL_ISSUER and ZITADEL_KEY_FILE in the runner's environment. Requires
# Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  max_retries = 12 # for thousands of runs that share a rate limit; the default is 3
}

# Blocks with identical arguments share one request, in all modules that use this provider
# block.
ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

# All verifications share one request for the issuer's public keys.
data "zitadel_token_verification" "each" {
  for_each          = nonsensitive(toset(keys(var.tokens)))
  token             = var.tokens[each.key]
  required_audience = [var.project_id]
}

output "invalid" {
  value = [for name, verified in data.zitadel_token_verification.each : name if !verified.valid]
}

variable "project_id" {
  description = "ID of the project that the tokens must be for."
  type        = string
}

variable "tokens" {
  description = "JWT access tokens to verify, by name."
  type        = map(string)
  sensitive   = true
  default     = {}
}
