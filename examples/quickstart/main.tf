# Get a token with a service account key, introspect it, and sign an assertion for a
# program that requests its own tokens.
#
# Set ZITADEL_ISSUER, TF_VAR_project_id, TF_VAR_service_key_file and
# TF_VAR_application_key_file, or run "make demo".
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  key_file = var.service_key_file
}

data "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

data "zitadel_introspection" "this" {
  token             = data.zitadel_access_token.this.access_token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]
  required_roles    = ["reader"]
}

data "zitadel_client_assertion" "this" {
  credentials = { key_file = var.application_key_file }
  lifetime    = "10m"
}
