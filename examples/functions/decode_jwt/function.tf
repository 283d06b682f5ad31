data "zitadel_client_assertion" "this" {}

locals {
  claims = provider::zitadel::decode_jwt(data.zitadel_client_assertion.this.assertion).claims
}

# The assertion is sensitive, and so is all that comes out of it; who it speaks
# for is no secret.
output "subject" {
  value = nonsensitive(local.claims.sub)
}
