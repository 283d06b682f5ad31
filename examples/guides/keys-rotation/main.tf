# Show the service account and expiration of each key, and check that ZITADEL accepts the
# key. Before you use a new key, set next_key_file to the path to its key file.
#
# Set ZITADEL_ISSUER and the variables. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

locals {
  key_files = compact([var.service_key_file, var.next_key_file])
  accounts  = { for file, key in data.zitadel_key_info.each : file => coalesce(key.user_id, key.client_id) }
}

data "zitadel_key_info" "each" {
  for_each = toset(local.key_files)
  key_file = each.value
}

# This block fails if ZITADEL rejects the key. The token is not stored.
ephemeral "zitadel_access_token" "each" {
  for_each    = toset(local.key_files)
  scopes      = ["openid"]
  credentials = { key_file = each.value }
}

output "keys" {
  value = {
    for key in data.zitadel_key_info.each : key.key_id => {
      user_id    = key.user_id
      expires_at = key.expires_at
    }
  }

  precondition {
    condition     = length(distinct(values(local.accounts))) == 1
    error_message = "The keys belong to different accounts: ${jsonencode(local.accounts)}."
  }

  precondition {
    condition     = length(distinct([for key in data.zitadel_key_info.each : key.key_id])) == length(local.key_files)
    error_message = "Both files contain the same key."
  }
}
