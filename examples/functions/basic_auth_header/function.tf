variable "client_secret" {
  description = "Secret of the client."
  type        = string
  sensitive   = true
}

locals {
  authorization = provider::zitadel::basic_auth_header("my-client", var.client_secret)
}
