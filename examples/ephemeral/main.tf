# Configure another provider with a token that is not stored and that is revoked
# when the run ends.
#
# Set ZITADEL_ISSUER, ZITADEL_KEY_FILE (a service account key) and the variables.
# Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Request only the audience that the recipient checks, and no ID token. If the token
# also had the audience of ZITADEL's own API, the recipient could call that API and act
# as this service account.
ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
  scopes      = []

  revoke_with = {
    client_id     = var.revoking_client_id
    client_secret = var.revoking_client_secret
  }
}

# You can use any provider that accepts a token here. In this example, ZITADEL is behind
# a gateway that requires the token.
provider "zitadel" {
  alias             = "gateway"
  key_file          = var.application_key_file
  transport_headers = { X-Gateway-Token = ephemeral.zitadel_access_token.this.access_token }
}

# Unless the token is valid and its user has the reader role, stop the run and report the
# reasons.
ephemeral "zitadel_introspection" "this" {
  provider          = zitadel.gateway
  token             = ephemeral.zitadel_access_token.this.access_token
  required_audience = [var.project_id]
  required_roles    = ["reader"]
  fail_when_invalid = true
}
