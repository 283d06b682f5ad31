# Get a token with which a service account acts on behalf of a user.
#
# Set ZITADEL_ISSUER and the variables. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

# The actor: a service account with an impersonator role.
provider "zitadel" {
  key_file = var.service_key_file
}

# The exchanged token gets the audience and the scopes of this token.
ephemeral "zitadel_access_token" "actor" {
  project_ids = [var.project_id]
}

# The token for the user. Its "act" claim identifies the actor.
ephemeral "zitadel_token_exchange" "user" {
  subject_token      = var.impersonated_user_id
  subject_token_type = "user_id"
  actor_token        = ephemeral.zitadel_access_token.actor.access_token
  credentials        = { key_file = var.oidc_application_key_file }
}

# A service that receives the token sees both the user and the actor.
ephemeral "zitadel_introspection" "user" {
  token             = ephemeral.zitadel_token_exchange.user.access_token
  credentials       = { key_file = var.application_key_file }
  required_audience = [var.project_id]
  fail_when_invalid = true

  lifecycle {
    postcondition {
      condition     = self.subject == var.impersonated_user_id && self.actor != null
      error_message = "This is not the token of an impersonated user."
    }
  }
}
