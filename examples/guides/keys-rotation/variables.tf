variable "service_key_file" {
  description = "Key JSON of a service account, the one in use."
  type        = string
}

variable "next_key_file" {
  description = "The key JSON that is to take its place."
  type        = string
  default     = null
}
