# Set the most common connection arguments. Keep only the arguments that you need. An
# argument that is null counts as not set.
#
# Set ZITADEL_ISSUER or the issuer variable, and any other variables that you need. Requires
# Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  issuer   = var.issuer # as in the discovery document
  key_file = var.service_key_file

  # The address to connect to, such as a port-forward or a service inside a cluster.
  connect_url = var.connect_url

  # A private certificate authority, and a client certificate for mutual TLS.
  ca_cert_pem     = var.ca_file == null ? null : file(var.ca_file)
  client_cert_pem = var.client_cert_file == null ? null : file(var.client_cert_file)
  client_key_pem  = var.client_key_file == null ? null : file(var.client_key_file)

  # A proxy to use instead of HTTPS_PROXY, and headers for a gateway.
  proxy_url         = var.proxy_url
  transport_headers = var.gateway_token == null ? null : { X-Gateway-Token = var.gateway_token }

  request_timeout = "10s" # for each attempt
  max_retries     = 5
}

data "zitadel_openid_configuration" "this" {}

# Test the connection and the credentials. Nothing is stored.
ephemeral "zitadel_access_token" "this" {
  scopes = ["openid"]
}

output "token_endpoint" {
  value = data.zitadel_openid_configuration.this.token_endpoint
}
