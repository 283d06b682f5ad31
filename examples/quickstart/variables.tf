variable "project_id" {
  description = "Id of the project that the token is for, and that the application belongs to."
  type        = string
}

variable "service_key_file" {
  description = "Key JSON of a service account with the role reader in the project."
  type        = string
}

variable "application_key_file" {
  description = "Key JSON of an API application of the project."
  type        = string
}
