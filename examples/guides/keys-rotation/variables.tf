variable "service_key_file" {
  description = "Path of the current key file of the service account."
  type        = string
}

variable "next_key_file" {
  description = "Path of the key file that will replace it."
  type        = string
  default     = null
}
