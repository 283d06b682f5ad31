terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# "urn:zitadel:iam:org:id:69234237810729019"
output "scope" {
  value = provider::zitadel::organization_scope("69234237810729019")
}
