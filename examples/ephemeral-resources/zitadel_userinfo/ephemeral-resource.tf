ephemeral "zitadel_userinfo" "this" {
  token = var.token
}

variable "token" {
  description = "Access token of the user."
  type        = string
  ephemeral   = true
}
