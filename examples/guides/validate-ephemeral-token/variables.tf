variable "token" {
  description = "Access token that the pipeline was given."
  type        = string
  ephemeral   = true
}

variable "application_key_file" {
  description = "Key JSON of an API application of the project that the token is for."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}
