variable "cluster_host" {
  description = "URL of the cluster's API server."
  type        = string
}

variable "project_id" {
  description = "ID of the project, which the API server uses as its OIDC client ID."
  type        = string
}

variable "jwt_service_key_file" {
  description = "Path of the key file of a service account with the access token type JWT."
  type        = string
}
