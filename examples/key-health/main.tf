# Warn 30 days before a key expires. No request is sent.
terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

data "zitadel_key_info" "this" {
  key_file = var.service_key_file
}

check "key_lives_another_month" {
  assert {
    condition = (
      data.zitadel_key_info.this.expires_at == null ? true :
      timecmp(data.zitadel_key_info.this.expires_at, timeadd(plantimestamp(), "720h")) > 0
    )
    error_message = "Key ${data.zitadel_key_info.this.key_id} expires at ${data.zitadel_key_info.this.expires_at == null ? "" : data.zitadel_key_info.this.expires_at}. Create a new one in ZITADEL."
  }
}
