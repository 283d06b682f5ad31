# Get a token for your API, and check it. Neither the token nor the keys are stored.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  issuer   = var.issuer
  key_file = var.service_key_file
}

ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

# If the token is not valid for the project, stop the run and report the reasons.
ephemeral "zitadel_introspection" "this" {
  token             = ephemeral.zitadel_access_token.this.access_token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]
  required_roles    = ["reader"]
  fail_when_invalid = true
}

variable "issuer" {
  description = "URL of the ZITADEL instance, such as https://my-tenant.zitadel.cloud."
  type        = string
}

variable "project_id" {
  description = "ID of the project that your API belongs to."
  type        = string
}

variable "service_key_file" {
  description = "Path to the key file of a service account with the reader role in the project."
  type        = string
}

variable "application_key_file" {
  description = "Path to the key file of an API application in the project."
  type        = string
}
