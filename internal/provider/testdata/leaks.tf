# Every way in which a secret is passed to the provider, returned by it, and repeated in
# an error.

variable "application_key" { sensitive = true }
variable "assertion" { sensitive = true }
variable "broken_key" { sensitive = true }
variable "client_id" {}
variable "client_secret" { sensitive = true }
variable "echoing_issuer" {}
variable "fail" { default = false }
variable "gateway" { sensitive = true }
variable "pat" { sensitive = true }
variable "project_id" {}
variable "proxy" { sensitive = true }
variable "proxy_nowhere" { sensitive = true }
variable "revoking_client_id" {}
variable "revoking_client_secret" { sensitive = true }
variable "tls_authority" {}
variable "tls_certificate" {}
variable "tls_issuer" {}
variable "tls_key" { sensitive = true }
variable "wrong" { sensitive = true }

provider "zitadel" {
  transport_headers = { X-Gateway = var.gateway }
}

provider "zitadel" {
  alias     = "proxied"
  proxy_url = var.proxy
}

provider "zitadel" {
  alias           = "tls"
  issuer          = var.tls_issuer
  ca_cert_pem     = var.tls_authority
  client_cert_pem = var.tls_certificate
  client_key_pem  = var.tls_key
}

data "zitadel_access_token" "key" {
  project_ids = [var.project_id]
}

data "zitadel_access_token" "secret" {
  credentials = { client_id = var.client_id, client_secret = var.client_secret }
  project_ids = [var.project_id]
}

data "zitadel_access_token" "proxied" {
  provider = zitadel.proxied
}

data "zitadel_access_token" "tls" {
  provider = zitadel.tls
}

data "zitadel_client_assertion" "key" {}

data "zitadel_access_token" "assertion" {
  for_each    = { here = data.zitadel_client_assertion.key.assertion, elsewhere = var.assertion }
  credentials = { assertion = each.value }
}

data "zitadel_introspection" "key" {
  for_each    = { opaque = data.zitadel_access_token.key.access_token, jwt = data.zitadel_access_token.secret.access_token, pat = var.pat }
  token       = each.value
  credentials = { key_json = var.application_key }
}

data "zitadel_token_verification" "this" {
  token             = data.zitadel_access_token.secret.access_token
  required_audience = [var.project_id]
}

data "zitadel_userinfo" "this" {
  token = var.pat
}

data "zitadel_key_info" "this" {
  key_json = var.application_key
}

data "zitadel_token_exchange" "this" {
  subject_token = data.zitadel_access_token.key.access_token
  credentials   = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}

ephemeral "zitadel_access_token" "revoked" {
  project_ids = [var.project_id]
  revoke_with = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}

ephemeral "zitadel_introspection" "ephemeral" {
  token       = ephemeral.zitadel_access_token.revoked.access_token
  credentials = { key_json = var.application_key }
}

ephemeral "zitadel_client_assertion" "ephemeral" {}

check "pat" {
  data "zitadel_introspection" "checked" {
    token       = var.pat
    credentials = { key_json = var.application_key }
  }
  assert {
    condition     = data.zitadel_introspection.checked.valid && !contains(data.zitadel_introspection.checked.roles, "reader")
    error_message = join(", ", data.zitadel_introspection.checked.roles)
  }
}

output "letters" { value = nonsensitive(length(provider::zitadel::basic_auth_header(var.client_id, var.client_secret))) }
output "roles" { value = { for name, found in data.zitadel_introspection.key : name => found.roles } }
output "subject" { value = nonsensitive(provider::zitadel::decode_jwt(data.zitadel_access_token.secret.access_token).claims.sub) }
output "token" {
  value     = data.zitadel_access_token.key.access_token
  sensitive = true
}

# An issuer whose errors repeat the secrets of the request.

provider "zitadel" {
  alias             = "echoing"
  issuer            = var.echoing_issuer
  transport_headers = { X-Echo = "/o", X-Gateway = var.gateway }
}

provider "zitadel" {
  alias             = "echoing_revocation"
  issuer            = var.echoing_issuer
  transport_headers = { X-Echo = "/oauth/v2/revoke", X-Gateway = var.gateway }
}

ephemeral "zitadel_access_token" "echoing" {
  provider    = zitadel.echoing_revocation
  revoke_with = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}

data "zitadel_access_token" "echoing_key" {
  count    = var.fail ? 1 : 0
  provider = zitadel.echoing
}

data "zitadel_access_token" "echoing_secret" {
  count       = var.fail ? 1 : 0
  provider    = zitadel.echoing
  credentials = { client_id = var.client_id, client_secret = var.client_secret }
}

data "zitadel_access_token" "echoing_assertion" {
  count       = var.fail ? 1 : 0
  provider    = zitadel.echoing
  credentials = { assertion = var.assertion }
}

data "zitadel_introspection" "echoing" {
  count       = var.fail ? 1 : 0
  provider    = zitadel.echoing
  token       = var.pat
  credentials = { key_json = var.application_key }
}

data "zitadel_userinfo" "echoing" {
  count    = var.fail ? 1 : 0
  provider = zitadel.echoing
  token    = var.pat
}

data "zitadel_token_exchange" "echoing" {
  count         = var.fail ? 1 : 0
  provider      = zitadel.echoing
  subject_token = var.pat
  credentials   = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}

# Blocks that fail for other reasons.

provider "zitadel" {
  alias       = "proxy_nowhere"
  max_retries = 0
  proxy_url   = var.proxy_nowhere
}

provider "zitadel" {
  alias       = "proxy_refuses"
  issuer      = "https://127.0.0.1"
  max_retries = 0
  proxy_url   = var.proxy
}

data "zitadel_openid_configuration" "proxy_nowhere" {
  count    = var.fail ? 1 : 0
  provider = zitadel.proxy_nowhere
}

data "zitadel_openid_configuration" "proxy_refuses" {
  count    = var.fail ? 1 : 0
  provider = zitadel.proxy_refuses
}

data "zitadel_access_token" "wrong" {
  count       = var.fail ? 1 : 0
  credentials = { client_id = var.client_id, client_secret = var.wrong }
}

data "zitadel_introspection" "wrong" {
  count       = var.fail ? 1 : 0
  token       = var.pat
  credentials = { client_id = var.client_id, client_secret = var.wrong }
}

data "zitadel_introspection" "refused" {
  count             = var.fail ? 1 : 0
  token             = var.pat
  credentials       = { key_json = var.application_key }
  required_audience = ["nobody"]
  fail_when_invalid = true
}

data "zitadel_key_info" "broken" {
  count    = var.fail ? 1 : 0
  key_json = var.broken_key
}
