ephemeral "zitadel_userinfo" "this" {
  token = var.token
}

variable "token" {
  description = "Token of the user."
  type        = string
  ephemeral   = true
}
