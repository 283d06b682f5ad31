variable "token" {
  description = "Access token that the pipeline received."
  type        = string
  ephemeral   = true
}

variable "application_key_file" {
  description = "Path to the key file of an API application in the project."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}
