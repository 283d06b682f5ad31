package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// No key, secret, assertion or token appears in what the CLI prints or logs at
// TRACE, whether a run works or fails. The state file is Terraform's own: it
// holds results, and of what went in nothing.
func TestAccCanaries(t *testing.T) {
	i := issuer(t)
	w := i.World
	keys := t.TempDir()
	log := filepath.Join(t.TempDir(), "trace.log")
	c := newWorkspace(t,
		"TF_LOG=TRACE", "TF_LOG_PATH="+log,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+file(t, keys, "service.json", w.Service.KeyJSON()),
		"TF_VAR_application_key="+string(w.API.KeyJSON()),
		"TF_VAR_client_id="+w.ServiceJWT.Name,
		"TF_VAR_client_secret="+w.ServiceJWT.Secret,
		"TF_VAR_pat="+w.Service.PAT,
		"TF_VAR_project_id="+w.Project.ID,
		"TF_VAR_gateway=canary-gateway-header",
		"TF_VAR_revoking_client_id="+w.OIDC.ClientID,
		"TF_VAR_revoking_client_secret="+w.OIDC.Secret,
		"TF_VAR_wrong=canary-wrong-secret",
	).write(canaryConfiguration)

	printed := c.must("plan", "-no-color") + c.must("apply", "-no-color", "-auto-approve") + c.must("output", "-no-color")
	refused, err := c.run("plan", "-no-color", "-var", "fail=true")
	if err == nil {
		t.Error("the wrong secrets were accepted")
	}
	for _, want := range []string{"Unable to get access token", "Unable to introspect token"} {
		if !strings.Contains(refused, want) {
			t.Errorf("no %q in\n%s", want, refused)
		}
	}
	printed += refused
	logged := text(t, log)
	if !strings.Contains(logged, "Request to ZITADEL") {
		t.Error("the log does not tell of requests, so this test shows nothing")
	}
	state := text(t, filepath.Join(c.folder, "terraform.tfstate"))
	shown := c.must("show", "-no-color", "-json")

	in := map[string]string{
		"client secret": w.ServiceJWT.Secret, "PAT": w.Service.PAT, "gateway header": "canary-gateway-header", "wrong secret": "canary-wrong-secret",
		"revoking secret": w.OIDC.Secret,
		"Basic header":    base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(w.ServiceJWT.Name) + ":" + url.QueryEscape(w.ServiceJWT.Secret))),
	}
	for name, key := range map[string][]byte{"service key": w.Service.KeyJSON(), "application key": w.API.KeyJSON()} {
		var parts struct {
			Key string `json:"key"`
		}
		if err := json.Unmarshal(key, &parts); err != nil {
			t.Fatal(err)
		}
		in[name] = strings.Split(parts.Key, "\n")[3]
	}
	out := results(t, state)
	out["revoked token"] = i.Last(optest.Revocation).Form.Get("token")
	if i.Requests(optest.Revocation) == 0 || strings.Contains(state, out["revoked token"]) {
		t.Error("no token was revoked, or one is in state")
	}
	for endpoint, parameter := range map[optest.Endpoint]string{optest.Token: "assertion", optest.Introspection: "client_assertion"} {
		if sent := i.Last(endpoint).Form.Get(parameter); sent != "" {
			out["sent "+parameter] = sent
		}
	}
	for where, content := range map[string]string{"output": printed, "log": logged} {
		for name, secret := range in {
			if strings.Contains(content, secret) {
				t.Errorf("%s: the %s is in it: %s", where, name, around(content, secret))
			}
		}
		for name, secret := range out {
			if strings.Contains(content, secret) {
				t.Errorf("%s: the %s is in it: %s", where, name, around(content, secret))
			}
		}
	}
	for name, secret := range in {
		if strings.Contains(state, secret) || strings.Contains(shown, secret) {
			t.Errorf("state: the %s, which went in, is in it", name)
		}
	}
}

// The plan file of a block that waits for apply holds its arguments: the one
// place where a secret that goes in is kept, and gone once it is applied.
func TestAccPlanFileOfWaitingBlock(t *testing.T) {
	i := issuer(t)
	c := newWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_application_key="+string(i.World.API.KeyJSON()), "TF_VAR_pat="+i.World.Service.PAT).write(`
variable "application_key" { sensitive = true }
variable "pat" { sensitive = true }

resource "terraform_data" "first" {}

data "zitadel_introspection" "this" {
  token       = var.pat
  credentials = { key_json = var.application_key }
  depends_on  = [terraform_data.first]
}
`)
	c.must("plan", "-no-color", "-out=plan")
	var plan struct {
		Changes []struct {
			Type   string `json:"type"`
			Change struct {
				After map[string]any `json:"after"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(c.must("show", "-no-color", "-json", "plan")), &plan); err != nil {
		t.Fatal(err)
	}
	planned := false
	for _, change := range plan.Changes {
		if change.Type == "zitadel_introspection" {
			planned = change.Change.After["token"] == i.World.Service.PAT
		}
	}
	if !planned {
		t.Error("the plan does not hold the token: then the pages need not warn of it")
	}
	c.must("apply", "-no-color", "plan")
	state := text(t, filepath.Join(c.folder, "terraform.tfstate")) + c.must("show", "-no-color", "-json")
	if strings.Contains(state, i.World.Service.PAT) || strings.Contains(state, "PRIVATE KEY") || !strings.Contains(state, i.World.Service.ID) {
		t.Error("the state holds what went in, or no results")
	}
}

// results are the sensitive results that the state holds.
func results(t *testing.T, state string) map[string]string {
	t.Helper()
	var parsed struct {
		Resources []struct {
			Type      string `json:"type"`
			Name      string `json:"name"`
			Instances []struct {
				Attributes map[string]any `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal([]byte(state), &parsed); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, resource := range parsed.Resources {
		for _, instance := range resource.Instances {
			for _, name := range []string{"access_token", "id_token", "assertion"} {
				if value, _ := instance.Attributes[name].(string); value != "" {
					found[resource.Type+"."+resource.Name+"."+name] = value
				}
			}
			for _, argument := range []string{"token", "subject_token", "key_json", "credentials"} {
				if instance.Attributes[argument] != nil {
					t.Errorf("%s.%s keeps %s", resource.Type, resource.Name, argument)
				}
			}
		}
	}
	if len(found) < 5 {
		t.Errorf("only %d secret results in state, so this test shows little", len(found))
	}
	return found
}

// around is where a secret stands, without the secret.
func around(content, secret string) string {
	before, after, _ := strings.Cut(content, secret)
	return before[max(0, len(before)-300):] + "[HERE]" + after[:min(100, len(after))]
}

const canaryConfiguration = `
variable "application_key" { sensitive = true }
variable "client_id" {}
variable "client_secret" { sensitive = true }
variable "pat" { sensitive = true }
variable "project_id" {}
variable "gateway" { sensitive = true }
variable "revoking_client_id" {}
variable "revoking_client_secret" { sensitive = true }
variable "wrong" { sensitive = true }
variable "fail" { default = false }

provider "zitadel" {
  transport_headers = { X-Gateway = var.gateway }
}

data "zitadel_access_token" "key" {
  project_ids = [var.project_id]
}

data "zitadel_access_token" "secret" {
  credentials = { client_id = var.client_id, client_secret = var.client_secret }
  project_ids = [var.project_id]
}

data "zitadel_client_assertion" "key" {}

data "zitadel_access_token" "assertion" {
  credentials = { assertion = data.zitadel_client_assertion.key.assertion }
}

data "zitadel_introspection" "key" {
  for_each    = { opaque = data.zitadel_access_token.key.access_token, jwt = data.zitadel_access_token.secret.access_token, pat = var.pat }
  token       = each.value
  credentials = { key_json = var.application_key }
}

data "zitadel_token_verification" "this" {
  token = data.zitadel_access_token.secret.access_token
}

data "zitadel_userinfo" "this" {
  token = var.pat
}

data "zitadel_key_info" "this" {
  key_json = var.application_key
}

data "zitadel_token_exchange" "this" {
  subject_token = data.zitadel_access_token.key.access_token
  credentials   = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}

ephemeral "zitadel_access_token" "revoked" {
  project_ids = [var.project_id]
  revoke_with = { client_id = var.revoking_client_id, client_secret = var.revoking_client_secret }
}

ephemeral "zitadel_introspection" "ephemeral" {
  token       = ephemeral.zitadel_access_token.revoked.access_token
  credentials = { key_json = var.application_key }
}

check "pat" {
  data "zitadel_introspection" "checked" {
    token       = var.pat
    credentials = { key_json = var.application_key }
  }
  assert {
    condition     = data.zitadel_introspection.checked.valid && !contains(data.zitadel_introspection.checked.roles, "reader")
    error_message = join(", ", data.zitadel_introspection.checked.roles)
  }
}

data "zitadel_access_token" "wrong" {
  count       = var.fail ? 1 : 0
  credentials = { client_id = var.client_id, client_secret = var.wrong }
}

data "zitadel_introspection" "wrong" {
  count       = var.fail ? 1 : 0
  token       = var.pat
  credentials = { client_id = var.client_id, client_secret = var.wrong }
}

output "roles" { value = { for name, found in data.zitadel_introspection.key : name => found.roles } }
output "token" {
  value     = data.zitadel_access_token.key.access_token
  sensitive = true
}
`
