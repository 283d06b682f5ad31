# Set ZITADEL_ISSUER.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_openid_configuration" "this" {}

output "jwks_uri" {
  value = data.zitadel_openid_configuration.this.jwks_uri
}
