package provider_test

import (
	"fmt"
	"path/filepath"
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

// newEphemeralWorkspace returns a workspace with the given environment variables, and with those that
// examples/ephemeral requires.
func newEphemeralWorkspace(t *testing.T, i *optest.Issuer, environment ...string) *acctest.Workspace {
	t.Helper()
	keys := t.TempDir()
	return acctest.NewWorkspace(t, append(environment,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+acctest.WriteFile(t, keys, "service.json", i.World.Service.KeyJSON()),
		"TF_VAR_project_id="+i.World.Project.ID,
		"TF_VAR_application_key_file="+acctest.WriteFile(t, keys, "application.json", i.World.API.KeyJSON()),
		"TF_VAR_revoking_client_id="+i.World.OIDC.ClientID,
		"TF_VAR_revoking_client_secret="+i.World.OIDC.Secret,
	)...)
}

// The token in examples/ephemeral must reach the configuration of another provider, must be revoked at
// the end of the run, and must not be stored in state.
func TestAccEphemeralExample(t *testing.T) {
	i := acctest.StartIssuer(t)
	c := newEphemeralWorkspace(t, i)
	acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "ephemeral"), c.Folder)
	c.MustRun("apply", "-no-color", "-auto-approve")

	sent := i.Last(optest.Introspection)
	token := sent.Form.Get("token")
	if token == "" || sent.Header.Get("X-Gateway-Token") != token {
		t.Error("the token did not reach the other provider's configuration")
	}
	if isActive(t, i, token) {
		t.Error("the token is still active after the run")
	}
	if got, want := i.Requests(optest.Revocation), i.Requests(optest.Token); got != want || want == 0 {
		t.Errorf("%d tokens were issued, want at least 1; %d were revoked, want all", want, got)
	}
	state := c.MustRun("show", "-no-color", "-json")
	if at := filepath.Join(c.Folder, "terraform.tfstate"); acctest.FileExists(at) {
		state += acctest.ReadFile(t, at)
	}
	for _, each := range []string{token, i.World.OIDC.Secret, "zitadel_access_token", "zitadel_introspection"} {
		if strings.Contains(state, each) {
			t.Errorf("the state contains %.20s...", each)
		}
	}
}

// If a run fails, the CLI does not close its ephemeral resources, so the provider must revoke the token
// when its process exits.
func TestAccFailedRunRevokes(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for _, command := range []string{"plan", "apply"} {
		subtests.Run(command, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			i.Grant(i.World.Service, i.World.Project) // removes the roles that the example requires
			c := newEphemeralWorkspace(t, i)
			acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "ephemeral"), c.Folder)
			output, err := c.Run(command, "-no-color", "-input=false")
			if err == nil || !printed(unableTo("accept token"), "missing_role: ", "[roles-missing]").MatchString(output) {
				t.Errorf("got error %v, want roles-missing\n%s", err, output)
			}
			token := i.Last(optest.Introspection).Form.Get("token")
			if got, want := i.Requests(optest.Revocation), i.Requests(optest.Token); got != want || want == 0 ||
				isActive(t, i, token) {
				t.Errorf("%d tokens were issued, want at least 1; %d were revoked, want all; the last is active: %t",
					want, got, isActive(t, i, token))
			}
		})
	}
}

// If a revocation fails when the provider process exits, the log must contain a warning.
func TestAccFailedRevocationAtExit(t *testing.T) {
	i := acctest.StartIssuer(t)
	i.Fail(optest.Revocation, 100, optest.Fault{Status: 400, Body: `{"error":"invalid_request"}`})
	c := newEphemeralWorkspace(t, i, "TF_LOG_PATH=").WriteConfiguration(`
variable "revoking_client_id" {}
variable "revoking_client_secret" { sensitive = true }
ephemeral "zitadel_access_token" "this" {
  revoke_with = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}
ephemeral "zitadel_token_verification" "this" {
  token             = ephemeral.zitadel_access_token.this.access_token
  fail_when_invalid = true
}
`)
	output, err := c.Run("plan", "-no-color", "-input=false")
	if err == nil || !printed(unableTo("accept token"), "opaque_token: ", "[token-opaque]").MatchString(output) {
		t.Errorf("got error %v, want token-opaque\n%s", err, output)
	}
	warned := false
	for line := range strings.Lines(output) {
		warned = warned || acctest.ContainsAll(line, "[WARN]", "/oauth/v2/revoke", "400 invalid_request")
	}
	if !warned {
		t.Error("the log contains no warning about the failed revocation")
	}
}

// Opaque and JWT access tokens must be inactive after the run, whether they are revoked with an
// application's key or with its secret. A second run introspects the tokens. All subtests share one
// configuration, because running the CLI is slow.
func TestAccRevocation(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	i := acctest.NewInstance(t)
	const application = "ZITADEL_TEST_API_KEY_FILE"
	var open, introspect, tokens string
	var issued, inactive []statecheck.StateCheck
	for by, credentials := range map[string]acctest.CredentialsFunc{
		"key":    acctest.KeyFileCredentials("ZITADEL_TEST_OIDC_KEY_FILE"),
		"secret": acctest.SecretCredentials("ZITADEL_TEST_OIDC"),
	} {
		for format, service := range map[string]string{
			"opaque": "ZITADEL_TEST_SERVICE_KEY_FILE", "jwt": "ZITADEL_TEST_SERVICE_JWT_KEY_FILE",
		} {
			name := format + "_by_" + by
			subtests.Run(name, func(sub *testing.T) {
				i.Require(sub, "ZITADEL_TEST_PROJECT_ID", application, service)
				credentials(sub, i)
				open += fmt.Sprintf("ephemeral \"zitadel_access_token\" %q {\n  credentials = { key_file = %q }\n"+
					"  project_ids = [%q]\n  revoke_with = %s\n}\n",
					name, i.Get(t, service), i.Get(t, "ZITADEL_TEST_PROJECT_ID"), credentials(t, i))
				tokens += fmt.Sprintf("    %s = ephemeral.zitadel_access_token.%[1]s.access_token\n", name)
				introspect += fmt.Sprintf("data \"zitadel_introspection\" %q {\n  token       = echo.this.data.%[1]s\n"+
					"  credentials = { key_file = %[2]q }\n}\n", name, i.Get(t, application))
				path, address := tfjsonpath.New("data").AtMapKey(name), "data.zitadel_introspection."+name
				issued = append(issued, statecheck.ExpectKnownValue("echo.this", path, knownvalue.NotNull()))
				inactive = append(inactive, expectFailure(address, "inactive", readClientID(t, i.Get(t, application)))...)
				inactive = append(inactive, acctest.ExpectValue(address, "active", knownvalue.Bool(false)))
			})
		}
	}
	if open == "" {
		return
	}
	acctest.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
		ProtoV6ProviderFactories: providerServers,
		Steps: []resource.TestStep{
			{
				Config: i.ProviderBlock(t) + open +
					"provider \"echo\" {\n  data = {\n" + tokens + "  }\n}\n\nresource \"echo\" \"this\" {}\n",
				ConfigStateChecks: issued,
			},
			{
				// The state of echo.this still contains the tokens of the first run.
				Config: i.ProviderBlock(t) + introspect +
					"provider \"echo\" {\n  data = null\n}\n\nresource \"echo\" \"this\" {}\n",
				ConfigStateChecks: inactive,
			},
		},
	})
}
