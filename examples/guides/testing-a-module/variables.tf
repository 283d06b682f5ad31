variable "token" {
  description = "Access token to ask about."
  type        = string
  sensitive   = true
}

variable "application_key_file" {
  description = "Key JSON of an API application of the project."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}

variable "role" {
  description = "Role of those who may deploy."
  type        = string
  default     = "writer"
}
