variable "service_key_file" {
  description = "Key JSON of a service account."
  type        = string
}
