variable "project_id" {
  description = "ID of the project that the token is for."
  type        = string
}

variable "application_key_file" {
  description = "Path to the key file of an API application in the project."
  type        = string
}

variable "revoking_client_id" {
  description = "Client ID of the OIDC application that revokes the token."
  type        = string
}

variable "revoking_client_secret" {
  description = "Client secret of the OIDC application that revokes the token."
  type        = string
  ephemeral   = true
}
