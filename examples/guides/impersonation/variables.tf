variable "service_key_file" {
  description = "Path to the key file of the service account that acts on behalf of the user."
  type        = string
}

variable "impersonated_user_id" {
  description = "ID of the user on whose behalf the service account acts."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token is for. Both applications must belong to this project."
  type        = string
}

variable "oidc_application_key_file" {
  description = "Path to the key file of an OIDC application with the Token Exchange grant type."
  type        = string
}

variable "application_key_file" {
  description = "Path to the key file of an API application that introspects the token."
  type        = string
}
