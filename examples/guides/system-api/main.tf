# Call the System API of a self-hosted ZITADEL with the official provider.
#
# Set the variables. Requires Terraform 1.10 or OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel/zitadel" }
    tokens  = { source = "zitadel-tokens/zitadel" }
  }
}

# The domain is the external domain in the runtime configuration of ZITADEL.
provider "tokens" {
  domain   = var.domain
  port     = var.port
  insecure = var.insecure
}

# The key of a system user has no key ID, so keyId is omitted. The audience defaults to
# the URL of the external domain.
ephemeral "zitadel_client_assertion" "system" {
  provider = tokens
  credentials = {
    key_json = jsonencode({
      type   = "serviceaccount"
      userId = var.system_user
      key    = file(var.private_key_file)
    })
  }
}

provider "zitadel" {
  domain       = var.domain
  port         = var.port
  insecure     = var.insecure
  access_token = ephemeral.zitadel_client_assertion.system.assertion
}

# Managing the domains of an instance requires a system user.
resource "zitadel_instance_custom_domain" "login" {
  instance_id = var.instance_id
  domain      = "login.example.com"
}
