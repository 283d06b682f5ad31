variable "cluster_host" {
  description = "URL of the cluster's API server."
  type        = string
}

variable "project_id" {
  description = "Id of the project that the API server has as its OIDC client id."
  type        = string
}

variable "jwt_service_key_file" {
  description = "Key JSON of a service account whose access tokens are JWTs."
  type        = string
}
