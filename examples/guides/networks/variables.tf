variable "issuer" {
  description = "URL of the instance, such as https://auth.example.com."
  type        = string
  default     = null
}

variable "service_key_file" {
  description = "Path to the key file of a service account."
  type        = string
}

variable "connect_url" {
  description = "URL to connect to, such as http://127.0.0.1:8080."
  type        = string
  default     = null
}

variable "ca_file" {
  description = "Path to the certificate of a private certificate authority, in PEM format."
  type        = string
  default     = null
}

variable "client_cert_file" {
  description = "Path to the client certificate for mutual TLS, in PEM format."
  type        = string
  default     = null
}

variable "client_key_file" {
  description = "Path to the private key of the client certificate, in PEM format."
  type        = string
  default     = null
}

variable "proxy_url" {
  description = "URL of an HTTP proxy, with a user and password if the proxy requires them."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true # not stored in plan files
}

variable "gateway_token" {
  description = "Token that the gateway in front of the instance requires."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true # not stored in plan files
}
