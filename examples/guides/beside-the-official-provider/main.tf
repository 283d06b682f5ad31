# Configure the official provider with a token that is not stored. Because the types of
# both providers start with zitadel_, each block of this provider sets provider = tokens.
#
# Set the variables. Requires Terraform 1.10 or OpenTofu 1.11.
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

ephemeral "zitadel_access_token" "this" {
  provider = tokens
}

provider "zitadel" {
  domain       = var.domain
  port         = var.port
  insecure     = var.insecure
  access_token = ephemeral.zitadel_access_token.this.access_token
}

resource "zitadel_project" "this" {
  org_id = var.organization_id
  name   = "example"
}

output "project_id" {
  value = zitadel_project.this.id
}
