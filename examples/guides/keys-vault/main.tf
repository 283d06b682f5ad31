# Get a token with an assertion that Vault's transit engine signs.
#
# Set VAULT_ADDR and VAULT_TOKEN. The policy of the Vault token must allow "update" on
# transit/sign/zitadel. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    vault   = { source = "hashicorp/vault" }
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  issuer = var.issuer
}

locals {
  signing_input = provider::zitadel::assertion_signing_input(
    var.user_id, var.key_id, var.issuer, plantimestamp(), "10m"
  )
  assertion = sensitive(
    provider::zitadel::signed_assertion(local.signing_input, data.vault_transit_sign.assertion.signature)
  )
}

# The key "zitadel" in Vault is an RSA key whose public key is registered in ZITADEL.
data "vault_transit_sign" "assertion" {
  path                = "transit"
  name                = "zitadel"
  input               = base64encode(local.signing_input)
  hash_algorithm      = "sha2-256"
  signature_algorithm = "pkcs1v15" # required for RS256; Vault's default is pss
}

ephemeral "zitadel_access_token" "this" {
  credentials = { assertion = local.assertion }
  project_ids = [var.project_id]
}
