# Log in to Vault with its JWT auth method, which trusts ZITADEL. Vault verifies tokens
# locally, so the service account must have the access token type JWT.
#
# Set ZITADEL_ISSUER and the variables. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    vault   = { source = "hashicorp/vault" }
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Request only the audience that Vault checks, and no ID token. If the token also had the
# audience of ZITADEL's own API, Vault could call that API and act as this service account.
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = var.jwt_service_key_file }
  project_ids = [var.project_id]
  scopes      = []
}

provider "vault" {
  address          = var.vault_address
  skip_child_token = true # otherwise, the policy must allow auth/token/create

  auth_login_jwt {
    mount = "jwt"
    role  = "terraform"
    jwt   = ephemeral.zitadel_access_token.this.access_token
  }
}

data "vault_kv_secret_v2" "this" {
  mount = "secret"
  name  = "app"
}

output "names" {
  value = nonsensitive(keys(data.vault_kv_secret_v2.this.data))
}
