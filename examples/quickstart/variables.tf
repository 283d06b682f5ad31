variable "project_id" {
  description = "ID of the project that the token is for. The application must belong to this project."
  type        = string
}

variable "service_key_file" {
  description = "Path to the key file of a service account with the reader role in the project."
  type        = string
}

variable "application_key_file" {
  description = "Path to the key file of an API application in the project."
  type        = string
}
