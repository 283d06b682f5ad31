data "zitadel_userinfo" "this" {
  token = var.token
}

variable "token" {
  description = "Access token of the user."
  type        = string
  sensitive   = true
}

output "subject" {
  value = data.zitadel_userinfo.this.subject
}
