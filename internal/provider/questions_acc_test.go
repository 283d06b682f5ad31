package provider_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// TestAccTokenInOrdinaryArgument checks that the warning in docs/guides/questions.md is correct: if a
// token is passed to an ordinary argument, each plan contains a change. The CLI does not treat the output
// of terraform_data as sensitive, so the plan prints the previous token, which is still valid.
func TestAccTokenInOrdinaryArgument(t *testing.T) {
	i := acctest.StartIssuer(t)
	w := acctest.NewWorkspace(t,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "service.json", i.World.Service.KeyJSON()),
		"TF_LOG=", "TF_LOG_PATH=",
	)
	// Use neither the folder nor the methods of w: its files and all output of its methods are searched
	// for secrets at the end of the run, and the printed token would be found.
	folder := t.TempDir()
	acctest.WriteFile(t, folder, "main.tf", []byte(acctest.RequiredProviders+`
data "zitadel_access_token" "this" {}

resource "terraform_data" "this" {
  input = data.zitadel_access_token.this.access_token
}
`))
	run := func(args ...string) (string, error) {
		command := exec.CommandContext(t.Context(), w.CLI, args...)
		command.Dir, command.Env = folder, w.Environment
		output, err := command.CombinedOutput()
		return string(output), err
	}
	if output, err := run("apply", "-no-color", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	output, err := run("plan", "-no-color", "-detailed-exitcode")
	found := regexp.MustCompile(`~ output += "([^"]+)" -> \(known after apply\)`).FindStringSubmatch(output)
	if err == nil || found == nil || !acctest.ContainsAll(output, "~ input  = (sensitive value)") {
		t.Fatalf("the plan does not print the stored token: %v\n%s", err, output)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.URL+"/oidc/v1/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+found[1])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the request with the printed token returned status %d, want 200", response.StatusCode)
	}
}

// examples/guides/call-with-curl must send a request only when the resource is created.
func TestAccCallWithCurl(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("the example requires curl")
	}
	i := acctest.StartIssuer(t)
	w := acctest.NewWorkspace(t, exampleEnvironment(t, i)...)
	acctest.CopyFolder(t, filepath.Join(exampleRoot, "guides", "call-with-curl"), w.Folder)
	before := i.Requests(optest.UserInfo)
	for range 2 {
		w.MustRun("apply", "-no-color", "-auto-approve")
	}
	if n := i.Requests(optest.UserInfo) - before; n != 1 {
		t.Errorf("%d requests to the API, want 1", n)
	}
}

// TestAccEphemeralValuesInModules checks that the CLI rejects an ephemeral value wherever it would have
// to store the value.
func TestAccEphemeralValuesInModules(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	const each = `
ephemeral "zitadel_access_token" "each" {
  for_each = toset(["a", "b"])
}
`
	const child = acctest.RequiredProviders + each + `
output "token" {
  value = ephemeral.zitadel_access_token.each["a"].access_token
}

variable "token" {
  type    = string
  default = null
}
`
	for name, c := range map[string]struct {
		config string
		want   []string // the output must contain one of these strings
	}{
		"for_each over an ephemeral value": {each + `
ephemeral "zitadel_userinfo" "each" {
  for_each = ephemeral.zitadel_access_token.each
  token    = each.value.access_token
}
`, []string{"Invalid for_each argument"}},
		"output of the root module": {each + `
output "token" {
  value     = ephemeral.zitadel_access_token.each["a"].access_token
  ephemeral = true
}
`, []string{"Ephemeral output not allowed", "Invalid output configuration"}},
		"output without ephemeral": {
			`module "child" { source = "./child" }`,
			[]string{"Ephemeral value not allowed", "Output does not allow ephemeral value"},
		},
		"variable without ephemeral": {each + `
module "child" {
  source = "./child"
  token  = ephemeral.zitadel_access_token.each["a"].access_token
}
`, []string{"Ephemeral value not allowed", "Variable does not allow ephemeral value"}},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			w := acctest.NewWorkspace(t,
				"ZITADEL_ISSUER="+i.URL,
				"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "service.json", i.World.Service.KeyJSON()),
			).WriteConfiguration(c.config)
			if strings.Contains(c.config, "./child") {
				folder := filepath.Join(w.Folder, "child")
				if err := os.Mkdir(folder, 0o700); err != nil {
					t.Fatal(err)
				}
				acctest.WriteFile(t, folder, "main.tf", []byte(child))
			}
			output, err := w.Init()
			if err == nil {
				output, err = w.Run("plan", "-no-color")
			}
			found := false
			for _, want := range c.want {
				found = found || strings.Contains(output, want)
			}
			if err == nil || !found {
				t.Errorf("got error %v, want an error with one of %q\n%s", err, c.want, output)
			}
		})
	}
}
