# Create a project with a role, an API application and a service account, then get a
# token for the service account and verify it. No secret is stored.
#
# Set the variables. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel/zitadel" }        # creates the objects
    tokens  = { source = "zitadel-tokens/zitadel" } # gets and checks tokens
  }
}

# This provider requests a token with the administrator's key. The official provider
# authenticates with that token.
provider "tokens" {
  domain   = var.domain
  port     = var.port
  insecure = var.insecure
  key_file = var.admin_key_file
}

ephemeral "zitadel_access_token" "admin" {
  provider = tokens
}

provider "zitadel" {
  domain       = var.domain
  port         = var.port
  insecure     = var.insecure
  access_token = ephemeral.zitadel_access_token.admin.access_token
}

# The API: a project with a role, and an application with which the API introspects tokens.
resource "zitadel_project" "this" {
  org_id                 = var.organization_id
  name                   = "my-api"
  project_role_assertion = true
}

resource "zitadel_project_role" "reader" {
  org_id       = var.organization_id
  project_id   = zitadel_project.this.id
  role_key     = "reader"
  display_name = "Reader"
}

resource "zitadel_application_api" "this" {
  org_id           = var.organization_id
  project_id       = zitadel_project.this.id
  name             = "my-api"
  auth_method_type = "API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT"
}

# The client: a service account with the role.
resource "zitadel_machine_user" "this" {
  org_id            = var.organization_id
  user_name         = "my-client"
  name              = "my-client"
  access_token_type = "ACCESS_TOKEN_TYPE_JWT" # or ACCESS_TOKEN_TYPE_BEARER
}

resource "zitadel_user_grant" "this" {
  org_id     = var.organization_id
  project_id = zitadel_project.this.id
  user_id    = zitadel_machine_user.this.id
  role_keys  = [zitadel_project_role.reader.role_key]
}

# The private key of the client stays in your file. ZITADEL and the state get only the
# public key.
resource "zitadel_machine_key" "this" {
  org_id          = var.organization_id
  user_id         = zitadel_machine_user.this.id
  key_type        = "KEY_TYPE_JSON"
  expiration_date = var.key_expires_at
  public_key      = file(var.service_public_key_file)
}

# The client's token, which is for the project and contains the client's roles.
ephemeral "zitadel_access_token" "client" {
  provider    = tokens
  project_ids = [zitadel_project.this.id]
  scopes      = ["openid", "urn:zitadel:iam:org:projects:roles"]
  defer_until = zitadel_user_grant.this.id

  credentials = {
    key_json = jsonencode({
      type   = "serviceaccount"
      userId = zitadel_machine_user.this.id
      keyId  = zitadel_machine_key.this.id
      key    = file(var.service_private_key_file)
    })
  }
}

# Unless the token is valid and its user has the role, stop the run and report the reasons.
ephemeral "zitadel_token_verification" "client" {
  provider          = tokens
  token             = ephemeral.zitadel_access_token.client.access_token
  required_audience = [zitadel_project.this.id]
  project_id        = zitadel_project.this.id
  required_roles    = ["reader"]
  fail_when_invalid = true
}

output "client" {
  description = "IDs of the project, the service account and the service account's key."
  value = {
    project_id = zitadel_project.this.id
    user_id    = zitadel_machine_user.this.id
    key_id     = zitadel_machine_key.this.id
  }
}
