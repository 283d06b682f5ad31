# Configure the official provider with a token from a data source, for CLIs that do not
# support ephemeral resources. The token is stored in state.
#
# Set the variables.
terraform {
  required_providers {
    zitadel = { source = "zitadel/zitadel" }
    tokens  = { source = "zitadel-tokens/zitadel" }
  }
}

provider "tokens" {
  domain   = var.domain
  port     = var.port
  insecure = var.insecure
  key_file = var.service_key_file
}

data "zitadel_access_token" "this" {
  provider = tokens
}

provider "zitadel" {
  domain       = var.domain
  port         = var.port
  insecure     = var.insecure
  access_token = data.zitadel_access_token.this.access_token
}

# Keep at least one managed resource of the official provider in the configuration. With
# only data sources, destroy can fail because that provider gets no token.
resource "zitadel_project" "this" {
  org_id = var.organization_id
  name   = "example"
}

output "project_id" {
  value = zitadel_project.this.id
}
