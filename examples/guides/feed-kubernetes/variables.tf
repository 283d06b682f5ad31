variable "cluster_host" {
  description = "URL of the cluster's API server."
  type        = string
}

variable "project_id" {
  description = "ID of the project, which must be the OIDC client ID of the API server."
  type        = string
}

variable "jwt_service_key_file" {
  description = "Path to the key file of a service account with the access token type JWT."
  type        = string
}
