variable "domain" {
  description = "Domain of the ZITADEL instance, such as my-tenant.zitadel.cloud."
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

variable "organization_id" {
  description = "ID of the organization."
  type        = string
}

variable "admin_key_file" {
  description = "Path to the key file of a service account with the role ORG_OWNER in the organization."
  type        = string
}

variable "service_private_key_file" {
  description = "Path to the private key of the new service account, in PEM format."
  type        = string
}

variable "service_public_key_file" {
  description = "Path to the public key of the new service account, in PEM format."
  type        = string
}

variable "key_expires_at" {
  description = "Expiration time of the new key, such as 2030-01-01T00:00:00Z."
  type        = string
}
