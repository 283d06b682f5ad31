# "urn:zitadel:iam:org:project:role:reader"
output "scope" {
  value = provider::zitadel::project_role_scope("reader")
}
