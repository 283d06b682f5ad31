variable "issuer" {
  description = "Issuer URL of the ZITADEL instance, without a trailing slash."
  type        = string
}

variable "user_id" {
  description = "User ID of the service account."
  type        = string
}

variable "key_id" {
  description = "ID of the public key in ZITADEL."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token is for."
  type        = string
}
