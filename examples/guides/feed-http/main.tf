# Send a request to an API that accepts ZITADEL tokens. The http data source does not accept
# ephemeral values, so the token also comes from a data source. Both data sources store the
# token in state.
#
# Set ZITADEL_ISSUER, ZITADEL_KEY_FILE and the variables.
terraform {
  required_providers {
    http    = { source = "hashicorp/http" }
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# Request only the audience that the service checks, and no ID token. If the token also had
# the audience of ZITADEL's own API, the service could call that API and act as this service
# account.
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
      error_message = "The API returned status ${self.status_code}."
    }
  }
}

output "status" {
  value = data.http.this.status_code
}
