variable "api_url" {
  description = "URL to request from the API."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the API belongs to."
  type        = string
}
