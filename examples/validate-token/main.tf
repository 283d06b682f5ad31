# A pipeline that was given a token refuses it for a stated reason: a
# postcondition stops the plan, a check only warns.
#
# Both stand over a data source at the top level: one that is nested in a check
# is read again in each apply, which makes every plan non-empty.
#
# Set ZITADEL_ISSUER, and pass the variables. No credentials are needed.
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
    error_message = "The token ends at ${data.zitadel_token_verification.this.expires_at}, which may be before this pipeline does."
  }
}
