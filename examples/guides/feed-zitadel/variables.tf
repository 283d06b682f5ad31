variable "domain" {
  description = "Domain of the ZITADEL instance."
  type        = string
}

variable "port" {
  description = "Its port, if that is not the usual one."
  type        = string
  default     = null
}

variable "insecure" {
  description = "Whether it is reached by plain http."
  type        = bool
  default     = false
}

variable "service_key_file" {
  description = "Key JSON of a service account that may create projects in the organization."
  type        = string
}

variable "organization_id" {
  description = "Id of the organization."
  type        = string
}
