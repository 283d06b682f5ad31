# Set ZITADEL_ISSUER.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_jwks" "this" {}

output "public_keys" {
  value = { for key in data.zitadel_jwks.this.keys : key.kid => key.public_key_pem }
}
