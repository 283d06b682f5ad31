# Call an API with curl when the resource is created. The token is not stored, and is not
# part of the command line.
#
# Set ZITADEL_ISSUER, ZITADEL_KEY_FILE and the variables. Requires curl, and Terraform
# 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Request only the audience that the API checks.
ephemeral "zitadel_access_token" "this" {
  project_ids = [var.project_id]
}

resource "terraform_data" "call" {
  triggers_replace = [var.api_url] # if the URL changes, the API is called again

  provisioner "local-exec" {
    command = "printf 'Authorization: Bearer %s' \"$TOKEN\" | curl --fail --silent --show-error --header @- \"$API_URL\""
    environment = {
      API_URL = var.api_url
      TOKEN   = ephemeral.zitadel_access_token.this.access_token
    }
  }
}

variable "api_url" {
  description = "URL of the API to call."
  type        = string
}

variable "project_id" {
  description = "ID of the project that the API belongs to."
  type        = string
}
