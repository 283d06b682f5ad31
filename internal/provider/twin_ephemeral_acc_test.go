package provider_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The results of ephemeral resources must be usable in another provider's configuration.
func TestAccEphemeral(t *testing.T) {
	i := acctest.NewInstance(t)
	config := i.ProviderBlock(t) + fmt.Sprintf(`
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
}

ephemeral "zitadel_introspection" "this" {
  token          = ephemeral.zitadel_access_token.this.access_token
  credentials    = { key_file = %q }
  required_roles = ["reader"]
}

ephemeral "zitadel_client_assertion" "this" {
  credentials = { key_file = %q }
}

provider "echo" {
  data = {
    valid = ephemeral.zitadel_introspection.this.valid
    roles = ephemeral.zitadel_introspection.this.roles
    type  = ephemeral.zitadel_client_assertion.this.assertion_type
  }
}

resource "echo" "this" {}
`, i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), i.Get(t, "ZITADEL_TEST_PROJECT_ID"),
		i.Get(t, "ZITADEL_TEST_API_KEY_FILE"), i.Get(t, "ZITADEL_TEST_API_KEY_FILE"))
	acctest.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
		ProtoV6ProviderFactories: providerServers,
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("valid"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(
					"echo.this",
					tfjsonpath.New("data").AtMapKey("type"),
					knownvalue.StringExact("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
				),
				statecheck.ExpectKnownValue(
					"echo.this",
					tfjsonpath.New("data").AtMapKey("roles"),
					knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("reader")}),
				),
			},
		}},
	})
}

// A key that the same run creates is unknown during plan, so the blocks that use it must be deferred until
// apply.
func TestAccKeyCreatedInSameRun(t *testing.T) {
	i := acctest.StartIssuer(t)
	key := string(i.World.Service.KeyJSON())
	c := acctest.NewWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_key="+key).WriteConfiguration(`
variable "key" { sensitive = true }

resource "terraform_data" "key" {
  input = var.key
}

data "zitadel_access_token" "this" {
  credentials = { key_json = terraform_data.key.output }
}

ephemeral "zitadel_access_token" "this" {
  credentials = { key_json = terraform_data.key.output }
}

ephemeral "zitadel_client_assertion" "this" {
  credentials = { key_json = var.key }
  defer_until = terraform_data.key.id
}

output "format" { value = data.zitadel_access_token.this.token_format }
`)
	c.MustRun("plan", "-no-color", "-out=plan")
	if n := i.Requests(optest.Token); n != 0 {
		t.Errorf("%d token requests during plan, want none, because the key is unknown", n)
	}
	// The plan must contain the data source, because it is deferred until apply.
	type change struct {
		Mode string `json:"mode"`
	}
	var plan struct {
		Changes []change `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(c.MustRun("show", "-json", "plan")), &plan); err != nil {
		t.Fatal(err)
	}
	// OpenTofu 1.11 also lists the ephemeral resources.
	changes := slices.DeleteFunc(plan.Changes, func(c change) bool { return c.Mode == "ephemeral" })
	if len(changes) != 2 {
		t.Errorf("%d changes, want 2: the key and the data source", len(changes))
	}
	output := c.MustRun("apply", "-no-color", "-auto-approve")
	if n := i.Requests(optest.Token); n != 1 || !acctest.ContainsAll(output, `format = "opaque"`) {
		t.Errorf("%d token requests, want one that the data source and the ephemeral resource share\n%s", n, output)
	}
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct{ Attributes map[string]any }
		}
	}
	if err := json.Unmarshal(
		[]byte(acctest.ReadFile(t, filepath.Join(c.Folder, "terraform.tfstate"))), &state,
	); err != nil {
		t.Fatal(err)
	}
	for _, resource := range state.Resources {
		if resource.Type == "zitadel_access_token" && resource.Instances[0].Attributes["credentials"] != nil {
			t.Error("the state contains the credentials of the data source")
		}
	}
}

// An error about an argument that is unknown during validation, but known during plan, must contain the
// address of the block.
func TestAccInvalidEphemeralArgument(t *testing.T) {
	w := acctest.NewWorkspace(t, "ZITADEL_ISSUER=https://issuer.example")
	var hcl strings.Builder
	for name, block := range invalidArguments {
		fmt.Fprintf(&hcl, "ephemeral %q \"this\" {\n", name)
		for argument := range block {
			fmt.Fprintf(&hcl, "  %s = var.invalid[%q].%s\n", argument, name, argument)
		}
		hcl.WriteString("}\n")
	}
	values, err := json.Marshal(invalidArguments)
	if err != nil {
		t.Fatal(err)
	}
	hcl.WriteString("variable \"invalid\" { type = any }\n")
	w.WriteConfiguration(hcl.String())
	output, err := w.Run("plan", "-no-color", "-var", "invalid="+string(values))
	if err == nil {
		t.Errorf("plan succeeded, want an error for each block:\n%s", output)
	}
	for name := range invalidArguments {
		block := `ephemeral "` + name + `" "this"`
		at := regexp.MustCompile(`with ephemeral\.` + name + `\.this,\n.* in ` + block + `:\n.*var\.invalid`)
		if !at.MatchString(output) {
			t.Errorf("the output does not contain the address of %s with the error:\n%s", name, output)
		}
	}
}
