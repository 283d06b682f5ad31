package provider_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A plan that gets 50 access tokens with the same scopes and introspects each of them must send one token
// request and 50 introspection requests.
func TestAccFiftyBlocks(t *testing.T) {
	i := acctest.StartIssuer(t)
	keys := t.TempDir()
	c := acctest.NewWorkspace(t,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+acctest.WriteFile(t, keys, "service.json", i.World.Service.KeyJSON()),
		"TF_VAR_application="+acctest.WriteFile(t, keys, "application.json", i.World.API.KeyJSON()),
		"TF_VAR_project_id="+i.World.Project.ID,
	).WriteConfiguration(`
variable "application" {}
variable "project_id" {}

data "zitadel_access_token" "this" {
  count       = 50
  project_ids = [var.project_id]
}

data "zitadel_introspection" "this" {
  count       = 50
  token       = data.zitadel_access_token.this[count.index].access_token
  credentials = { key_file = var.application }
}

output "active" { value = alltrue(data.zitadel_introspection.this[*].active) }
`)
	output := c.MustRun("plan", "-no-color")
	if !acctest.ContainsAll(output, "+ active = true") {
		t.Errorf("not all tokens are active:\n%s", output)
	}
	for endpoint, want := range map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 1, optest.Introspection: 50} {
		if got := i.Requests(endpoint); got != want {
			t.Errorf("%s: %d requests, want %d", endpoint, got, want)
		}
	}
	if n := i.Connections(); n > 10 {
		t.Errorf("%d connections, want at most 10, because the CLI reads at most 10 blocks at a time", n)
	}
}
