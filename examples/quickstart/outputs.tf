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

output "assertion_expires_at" {
  value = data.zitadel_client_assertion.this.expires_at
}

# The CLI prints "<sensitive>" and stores the token in state.
output "access_token" {
  value     = data.zitadel_access_token.this.access_token
  sensitive = true
}
