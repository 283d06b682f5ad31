# The official provider with a token that a data source got: it is in state.
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

data "zitadel_org" "this" {
  id = var.organization_id
}

output "organization" {
  value = data.zitadel_org.this.name
}
