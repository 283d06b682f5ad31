variable "service_key_file" {
  description = "Path of the key file of a service account."
  type        = string
}
