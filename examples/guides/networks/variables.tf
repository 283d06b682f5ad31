variable "issuer" {
  description = "URL of the instance, such as https://auth.example.com."
  type        = string
  default     = null
}

variable "service_key_file" {
  description = "Key JSON of a service account."
  type        = string
}

variable "connect_url" {
  description = "Where to connect, such as http://127.0.0.1:8080."
  type        = string
  default     = null
}

variable "ca_file" {
  description = "PEM of the certificate authority."
  type        = string
  default     = null
}

variable "client_cert_file" {
  description = "PEM of the certificate for mutual TLS."
  type        = string
  default     = null
}

variable "client_key_file" {
  description = "PEM of its private key."
  type        = string
  default     = null
}

variable "proxy_url" {
  description = "URL of an HTTP proxy, with user and password if it wants them."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true # in no plan file
}

variable "gateway_token" {
  description = "What the gateway before the instance wants to see."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true # in no plan file
}
