package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A plan of 50 access tokens with equal scopes makes one token request, and one
// of 50 introspections of them signs one assertion.
func TestAccFiftyBlocks(t *testing.T) {
	i := issuer(t)
	keys := t.TempDir()
	c := newWorkspace(t,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+file(t, keys, "service.json", i.World.Service.KeyJSON()),
		"TF_VAR_application="+file(t, keys, "application.json", i.World.API.KeyJSON()),
		"TF_VAR_project_id="+i.World.Project.ID,
	).write(`
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
	output := c.must("plan", "-no-color")
	if !hasAll(output, "+ active = true") {
		t.Errorf("the plan does not say that all are active:\n%s", output)
	}
	for endpoint, want := range map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 1, optest.Introspection: 50} {
		if got := i.Requests(endpoint); got != want {
			t.Errorf("%s: %d requests, want %d", endpoint, got, want)
		}
	}
	if n := i.Connections(); n > 10 {
		t.Errorf("%d connections for ten requests at once", n)
	}
}

// A key file is read once, but that it was not there is not kept: it may be
// written in the same run.
func TestKeyFileWrittenMeanwhile(t *testing.T) {
	folder := t.TempDir()
	at := filepath.Join(folder, "late.json")
	p := configured(t, object{"issuer": "https://issuer.example", "key_file": at})
	if _, found := p.read("data", "zitadel_client_assertion", object{}); !hasAll(found.String(), at) {
		t.Errorf("without the file: %s", found)
	}
	file(t, folder, "late.json", world().Service.KeyJSON())
	p.must("data", "zitadel_client_assertion", object{})
	if err := os.Remove(at); err != nil {
		t.Fatal(err)
	}
	p.must("data", "zitadel_client_assertion", object{})
}
