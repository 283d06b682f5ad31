variable "token" {
  description = "Access token that the pipeline was given."
  type        = string
  ephemeral   = true
}

variable "application_key_file" {
  description = "Key JSON of an API application of the project that the token is for."
  type        = string
}
