variable "service_key_file" {
  description = "Path to the key file of a service account."
  type        = string
}
