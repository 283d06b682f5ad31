# The official provider with a token that lives for one run. Its blocks start
# with zitadel_, as ours do, so each of ours says which provider it belongs to.
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

data "zitadel_org" "this" {
  id = var.organization_id
}

output "organization" {
  value = data.zitadel_org.this.name
}
