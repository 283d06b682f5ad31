variable "vault_address" {
  description = "URL of the Vault server."
  type        = string
}

variable "project_id" {
  description = "ID of the project, which must be in the bound_audiences of the Vault role."
  type        = string
}

variable "jwt_service_key_file" {
  description = "Path to the key file of a service account with the access token type JWT."
  type        = string
}
