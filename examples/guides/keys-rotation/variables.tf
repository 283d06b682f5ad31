variable "service_key_file" {
  description = "Path of the current key file of the service account."
  type        = string
}

variable "next_key_file" {
  description = "Path of the key file that will replace the current one."
  type        = string
  default     = null
}
