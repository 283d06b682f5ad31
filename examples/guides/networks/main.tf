# Every argument that says how to reach an instance. Keep those that you need:
# one that is null is as if it were not there.
#
# Set ZITADEL_ISSUER, or the variable issuer. Needs Terraform 1.10 or OpenTofu
# 1.11, because of the last block.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  issuer   = var.issuer # what the instance calls itself
  key_file = var.service_key_file

  # An address that leads there: a port-forward, a service inside a cluster.
  connect_url = var.connect_url

  # A certificate authority of your own, and a certificate for mutual TLS.
  ca_cert_pem     = var.ca_file == null ? null : file(var.ca_file)
  client_cert_pem = var.client_cert_file == null ? null : file(var.client_cert_file)
  client_key_pem  = var.client_key_file == null ? null : file(var.client_key_file)

  # A proxy other than HTTPS_PROXY, and headers for a gateway.
  proxy_url         = var.proxy_url
  transport_headers = var.gateway_token == null ? null : { X-Gateway-Token = var.gateway_token }

  request_timeout = "10s" # of one attempt
  max_retries     = 5
}

data "zitadel_openid_configuration" "this" {}

# Proves the way and the credentials, and stores nothing.
ephemeral "zitadel_access_token" "this" {
  scopes = ["openid"]
}

output "token_endpoint" {
  value = data.zitadel_openid_configuration.this.token_endpoint
}
