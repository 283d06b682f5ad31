variable "api_url" {
  description = "What to ask the API for."
  type        = string
}

variable "project_id" {
  description = "Id of the project that the API belongs to."
  type        = string
}
