package provider_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// TestAccPlanFileOfDeferredBlock checks that the warning in the docs is correct: if a data source is
// deferred until apply, the plan file contains its arguments, including secrets. The state must not
// contain the secrets.
func TestAccPlanFileOfDeferredBlock(t *testing.T) {
	i := acctest.StartIssuer(t)
	c := acctest.NewWorkspace(
		t,
		"ZITADEL_ISSUER="+i.URL,
		"TF_VAR_application_key="+string(i.World.API.KeyJSON()),
		"TF_VAR_pat="+i.World.Service.PAT,
	).WriteConfiguration(
		`
variable "application_key" { sensitive = true }
variable "pat" { sensitive = true }

resource "terraform_data" "first" {}

data "zitadel_introspection" "this" {
  token       = var.pat
  credentials = { key_json = var.application_key }
  depends_on  = [terraform_data.first]
}
`,
	)
	c.MustRun("plan", "-no-color", "-out=plan")
	var plan struct {
		Changes []struct {
			Type   string `json:"type"`
			Change struct {
				After map[string]any `json:"after"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(c.MustRun("show", "-no-color", "-json", "plan")), &plan); err != nil {
		t.Fatal(err)
	}
	planned := false
	for _, change := range plan.Changes {
		if change.Type == "zitadel_introspection" {
			planned = change.Change.After["token"] == i.World.Service.PAT
		}
	}
	if !planned {
		t.Error("the plan file does not contain the token, so the warning in the docs is no longer necessary")
	}
	c.MustRun("apply", "-no-color", "plan")
	state := acctest.ReadFile(t, filepath.Join(c.Folder, "terraform.tfstate")) + c.MustRun("show", "-no-color", "-json")
	if strings.Contains(state, i.World.Service.PAT) || strings.Contains(state, "PRIVATE KEY") ||
		!strings.Contains(state, i.World.Service.ID) {
		t.Error("the state contains a secret argument, or does not contain the results")
	}
}
