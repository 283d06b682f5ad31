package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// While the database is down, a run must report an outage instead of reporting a valid token as
// inactive.
func TestAccOutage(t *testing.T) {
	i := acctest.StartIssuer(t)
	i.InstanceCache(true)
	w := acctest.NewWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_pat="+i.World.Service.PAT,
		"TF_VAR_client_id="+i.World.APIBasic.ClientID, "TF_VAR_client_secret="+i.World.APIBasic.Secret,
	).WriteConfiguration(`
variable "client_id" {}
variable "client_secret" { sensitive = true }
variable "pat" { sensitive = true }

provider "zitadel" {
  client_id     = var.client_id
  client_secret = var.client_secret
  max_retries   = 1
}

data "zitadel_introspection" "this" { token = var.pat }

ephemeral "zitadel_introspection" "this" { token = var.pat }

output "active" { value = data.zitadel_introspection.this.active }
`)
	i.DatabaseDown(true)
	output, err := w.Run("plan", "-no-color")
	want := printed(unableTo("introspect token"), notReady(412), "[server-not-ready]")
	if err == nil || !want.MatchString(output) || strings.Contains(output, "active = ") {
		t.Errorf("got error %v, want an outage without a result\n%s", err, output)
	}
	i.DatabaseDown(false)
	if output := w.MustRun("plan", "-no-color"); !strings.Contains(output, "active = true") {
		t.Error(output)
	}
}
