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

output "token_format" {
  value = data.zitadel_access_token.this.token_format
}

output "assertion_key_id" {
  value = data.zitadel_client_assertion.this.key_id
}

# There is no output of the token or of an expiration, because each plan gets a new token
# and would change it.
