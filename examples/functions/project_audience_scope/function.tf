# Set ZITADEL_ISSUER, ZITADEL_KEY_FILE and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_access_token" "this" {
  scopes = ["openid", provider::zitadel::project_audience_scope(var.project_id)]
}

variable "project_id" {
  description = "ID of the project that the token is for."
  type        = string
}
