variable "domain" {
  description = "External domain of the ZITADEL deployment."
  type        = string
}

variable "port" {
  description = "External port of the ZITADEL deployment. Defaults to the default port of the scheme."
  type        = string
  default     = null
}

variable "insecure" {
  description = "Whether to use plain HTTP."
  type        = bool
  default     = false
}

variable "system_user" {
  description = "ID of the system user in SystemAPIUsers."
  type        = string
  default     = "system-user"
}

variable "private_key_file" {
  description = "Path to the system user's private key, in PEM format."
  type        = string
}

variable "instance_id" {
  description = "ID of the instance, as ListInstances of the System API returns it."
  type        = string
}
