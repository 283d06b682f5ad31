# Reject an invalid token and report the reasons. The postcondition stops the plan; the
# check only warns.
#
# The data source is at the top level because a data source inside a check block is
# read again during every apply, so no plan is ever empty.
#
# Set ZITADEL_ISSUER and the variables. No credentials are required.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_token_verification" "this" {
  token             = var.token
  required_audience = [var.project_id]
  project_id        = var.project_id
  required_roles    = var.required_roles

  lifecycle {
    postcondition {
      condition     = self.valid
      error_message = join("\n", [for failure in self.failures : "${failure.code}: ${failure.detail}"])
    }
  }
}

check "token_lives_long_enough" {
  assert {
    condition     = timecmp(data.zitadel_token_verification.this.expires_at, timeadd(plantimestamp(), var.lives_at_least)) > 0
    error_message = "The token expires at ${data.zitadel_token_verification.this.expires_at}, possibly before this pipeline ends."
  }
}
