# Replace data "zitadel_zitadel", a script behind the external data source, and
# zitadel-tools.
#
# Set ZITADEL_ISSUER and the variables. Requires Terraform 1.8 or OpenTofu 1.7.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  key_file = var.service_key_file
}

# data "zitadel_zitadel": a token for ZITADEL's own API, with the same scopes.
data "zitadel_access_token" "api" {}

# A script: a token for your own project.
data "zitadel_access_token" "project" {
  scopes      = ["openid", "urn:zitadel:iam:org:projects:roles"]
  project_ids = [var.project_id]
}

# zitadel-tools key2jwt --audience=... --key=...
data "zitadel_client_assertion" "this" {
  lifetime = "1h"
}

# zitadel-tools basicauth --id ... --secret ...
locals {
  authorization = provider::zitadel::basic_auth_header("my-client", var.client_secret)
}

variable "service_key_file" {
  description = "Path to the key file of a service account."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the token is for."
  type        = string
}

variable "client_secret" {
  description = "Client secret."
  type        = string
  sensitive   = true
}
