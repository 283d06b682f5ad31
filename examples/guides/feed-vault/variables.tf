variable "vault_address" {
  description = "URL of the Vault server."
  type        = string
}

variable "project_id" {
  description = "ID of the project in the role's bound_audiences."
  type        = string
}

variable "jwt_service_key_file" {
  description = "Path of the key file of a service account with the access token type JWT."
  type        = string
}
