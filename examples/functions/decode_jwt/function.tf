# Set ZITADEL_ISSUER and ZITADEL_KEY_FILE.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_client_assertion" "this" {}

locals {
  claims = provider::zitadel::decode_jwt(data.zitadel_client_assertion.this.assertion).claims
}

# The assertion is sensitive, so its claims are sensitive, too. The subject is not a
# secret.
output "subject" {
  value = nonsensitive(local.claims.sub)
}
