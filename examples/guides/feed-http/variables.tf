variable "api_url" {
  description = "URL of the API to call."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the API belongs to."
  type        = string
}
