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

# Do not add the token or its expiration as an output. Each plan requests a new token, so
# such an output would change in each plan.
