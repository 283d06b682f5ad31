# Set ZITADEL_ISSUER, ZITADEL_KEY_FILE and the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

# Exchange the token for a token with fewer scopes. This limits neither the roles nor the
# audience.
data "zitadel_token_exchange" "this" {
  subject_token = data.zitadel_access_token.this.access_token
  scopes        = ["openid"]
  credentials   = { key_file = var.oidc_application_key_file }
}

variable "project_id" {
  description = "ID of the project that the token is for. The application must belong to this project."
  type        = string
}

variable "oidc_application_key_file" {
  description = "Path to the key file of an OIDC application with the Token Exchange grant type."
  type        = string
}

output "granted_scopes" {
  value = data.zitadel_token_exchange.this.granted_scopes
}
