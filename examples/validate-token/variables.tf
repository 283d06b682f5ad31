variable "token" {
  description = "JWT access token that the pipeline received."
  type        = string
  sensitive   = true
}

variable "project_id" {
  description = "ID of the project that the token must be for."
  type        = string
}

variable "required_roles" {
  description = "Roles that the user must have in the project."
  type        = set(string)
  default     = ["reader"]
}

variable "lives_at_least" {
  description = "Minimum remaining lifetime of the token."
  type        = string
  default     = "10m"
}
