variable "domain" {
  description = "Domain of the ZITADEL instance."
  type        = string
}

variable "port" {
  description = "Port of the ZITADEL instance. Defaults to the default port of the scheme."
  type        = string
  default     = null
}

variable "insecure" {
  description = "Whether to use plain HTTP."
  type        = bool
  default     = false
}

variable "service_key_file" {
  description = "Path to the key file of a service account with the role ORG_OWNER in the organization."
  type        = string
}

variable "organization_id" {
  description = "ID of the organization."
  type        = string
}
