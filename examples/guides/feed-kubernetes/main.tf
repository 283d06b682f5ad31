# Connect to a cluster that trusts ZITADEL. The cluster verifies tokens locally, so the
# service account must have the access token type JWT. The token is not stored.
#
# Set ZITADEL_ISSUER and the variables. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    kubernetes = { source = "hashicorp/kubernetes" }
    zitadel    = { source = "zitadel-tokens/zitadel" }
  }
}

# Request only the audience that the cluster checks, and no ID token. If the token also had
# the audience of ZITADEL's own API, the cluster could call that API and act as this service
# account.
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = var.jwt_service_key_file }
  project_ids = [var.project_id]
  scopes      = []
}

provider "kubernetes" {
  host  = var.cluster_host
  token = ephemeral.zitadel_access_token.this.access_token
}

data "kubernetes_server_version" "this" {}

output "version" {
  value = data.kubernetes_server_version.this.version
}
