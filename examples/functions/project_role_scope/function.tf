terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# "urn:zitadel:iam:org:project:role:reader"
output "scope" {
  value = provider::zitadel::project_role_scope("reader")
}
