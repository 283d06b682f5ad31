data "zitadel_client_assertion" "this" {
  # The parts of a key that are held apart become a key JSON like this.
  credentials = {
    key_json = jsonencode({
      type   = "serviceaccount"
      userId = var.user_id
      keyId  = var.key_id
      key    = file(var.private_key_file)
    })
  }
  lifetime = "10m"
}

variable "user_id" {
  description = "Id of the service account."
  type        = string
}

variable "key_id" {
  description = "Id of its key."
  type        = string
}

variable "private_key_file" {
  description = "PEM of the key's private half."
  type        = string
}

output "assertion" {
  value     = data.zitadel_client_assertion.this.assertion
  sensitive = true
}
