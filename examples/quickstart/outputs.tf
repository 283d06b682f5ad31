output "active" {
  value = data.zitadel_introspection.this.active
}

output "valid" {
  value = data.zitadel_introspection.this.valid
}

output "roles" {
  value = data.zitadel_introspection.this.roles
}

output "scopes" {
  value = data.zitadel_introspection.this.scopes
}

output "expires_at" {
  value = data.zitadel_access_token.this.expires_at
}

output "assertion_ends_at" {
  value = data.zitadel_client_assertion.this.expires_at
}

# Sensitive: the CLI prints "<sensitive>", and writes it to state.
output "access_token" {
  value     = data.zitadel_access_token.this.access_token
  sensitive = true
}
