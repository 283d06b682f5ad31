ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

variable "project_id" {
  description = "ID of the project that the token is for."
  type        = string
}
