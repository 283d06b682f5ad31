variable "project_id" {
  description = "Id of the project that the token is for."
  type        = string
}

variable "application_key_file" {
  description = "Key JSON of an API application of the project."
  type        = string
}

variable "revoking_client_id" {
  description = "Client id of an OIDC application, which revokes the token."
  type        = string
}

variable "revoking_client_secret" {
  description = "Secret of the OIDC application."
  type        = string
  ephemeral   = true
}
