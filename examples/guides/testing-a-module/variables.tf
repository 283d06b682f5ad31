variable "token" {
  description = "Access token to introspect."
  type        = string
  sensitive   = true
}

variable "application_key_file" {
  description = "Path to the key file of an API application in the project."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}

variable "role" {
  description = "Role that is required to deploy."
  type        = string
  default     = "writer"
}
