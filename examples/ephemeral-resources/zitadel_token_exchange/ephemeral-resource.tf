ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

# The same token with less scope, for a program that is trusted less.
ephemeral "zitadel_token_exchange" "this" {
  subject_token = ephemeral.zitadel_access_token.this.access_token
  scopes        = ["openid"]
  credentials   = { key_file = var.oidc_application_key_file }
}

variable "project_id" {
  description = "Id of the project that the token is for, and that the application belongs to."
  type        = string
}

variable "oidc_application_key_file" {
  description = "Key JSON of an OIDC application that may use the grant type Token Exchange."
  type        = string
}
