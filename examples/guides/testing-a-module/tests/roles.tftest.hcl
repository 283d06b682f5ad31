# The provider is a mock, so no request is sent. Each run sets the results.
mock_provider "zitadel" {}

variables {
  token                = "a-token"
  application_key_file = "not-a-file.json"
  project_id           = "78366401571647008"
}

run "writer_may_deploy" {
  command = plan

  override_data {
    target = data.zitadel_introspection.this
    values = { valid = true, roles = ["reader", "writer"] }
  }

  assert {
    condition     = output.may_deploy
    error_message = "A writer must be allowed to deploy."
  }
}

run "reader_may_not" {
  command = plan

  override_data {
    target = data.zitadel_introspection.this
    values = { valid = true, roles = ["reader"] }
  }

  assert {
    condition     = !output.may_deploy
    error_message = "A reader must not be allowed to deploy."
  }
}

run "inactive_token_is_refused" {
  command = plan

  override_data {
    target = data.zitadel_introspection.this
    values = { valid = false, roles = [] }
  }

  expect_failures = [data.zitadel_introspection.this]
}
