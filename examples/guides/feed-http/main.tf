# A request to an API that takes ZITADEL's tokens. A data source cannot take
# ephemeral values, so the token comes from one, too, and both keep it in state.
#
# Set ZITADEL_ISSUER and ZITADEL_KEY_FILE, and pass the variables.
terraform {
  required_providers {
    http    = { source = "hashicorp/http" }
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Request only the audience that the service checks, and no ID token. With the
# audience of ZITADEL's own API, the service could act as this service account there.
data "zitadel_access_token" "this" {
  project_ids = [var.project_id]
  scopes      = []
}

data "http" "this" {
  url             = var.api_url
  request_headers = { Authorization = "Bearer ${data.zitadel_access_token.this.access_token}" }

  lifecycle {
    postcondition {
      condition     = self.status_code == 200
      error_message = "The API answered with status ${self.status_code}."
    }
  }
}

output "status" {
  value = data.http.this.status_code
}
