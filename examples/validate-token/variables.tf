variable "token" {
  description = "JWT access token that the pipeline was given."
  type        = string
  sensitive   = true
}

variable "project_id" {
  description = "Id of the project that the token must be for."
  type        = string
}

variable "required_roles" {
  description = "Roles that its holder must have in the project."
  type        = set(string)
  default     = ["reader"]
}

variable "lives_at_least" {
  description = "How long the token should still live, as a duration."
  type        = string
  default     = "10m"
}
