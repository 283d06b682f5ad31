variable "service_key_file" {
  description = "Path to the service account's current key file."
  type        = string
}

variable "next_key_file" {
  description = "Path to the key file that will replace the current key file. Null except during a rotation."
  type        = string
  default     = null
}
