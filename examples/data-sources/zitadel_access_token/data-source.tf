# Set ZITADEL_ISSUER, ZITADEL_KEY_FILE and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

variable "project_id" {
  description = "ID of the project that the token is for."
  type        = string
}

check "lifetime" {
  assert {
    condition     = data.zitadel_access_token.this.expires_in > 600
    error_message = "The token expires in less than 10 minutes, possibly before the run ends."
  }
}
