# Use a module to get a token for each project, and get information about the user of each
# token. Nothing is stored.
#
# Set ZITADEL_ISSUER, ZITADEL_KEY_FILE and TF_VAR_projects. Requires Terraform 1.10 or
# OpenTofu 1.11.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

module "token" {
  source     = "./token"
  for_each   = var.projects
  project_id = each.value
}

# The keys of for_each come from the variable, because for_each does not accept ephemeral
# values.
ephemeral "zitadel_userinfo" "each" {
  for_each = var.projects
  token    = module.token[each.key].access_token
}

variable "projects" {
  description = "IDs of the projects, by name."
  type        = map(string)
}
