variable "vault_address" {
  description = "URL of Vault."
  type        = string
}

variable "project_id" {
  description = "Id of the project that is among the role's bound_audiences."
  type        = string
}

variable "jwt_service_key_file" {
  description = "Key JSON of a service account whose access tokens are JWTs."
  type        = string
}
