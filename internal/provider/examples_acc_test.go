package provider_test

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Every example must work unchanged: the CLI installs its providers, validates and applies the
// example, plans no further changes, and destroys the example.
func TestAccExamples(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	complete, pages := examples(t)
	for _, name := range complete {
		subtests.Run(name, func(t *testing.T) {
			if acctest.IsLive() && filepath.Base(name) == "impersonation" {
				t.Skip("the example requires an instance that allows impersonation")
			}
			services := recipients(t, name)
			c, check := exampleWorkspace(t, services)
			acctest.CopyFolder(t, filepath.Join(exampleRoot, name), c.Folder)
			if _, err := os.Stat(filepath.Join(c.Folder, "sign.sh")); err == nil {
				signAssertion(t, c)
			}
			if name == filepath.Join("guides", "call-with-curl") {
				if _, err := exec.LookPath("curl"); err != nil {
					t.Skip("the example requires curl")
				}
			}
			applyAndDestroy(t, c)
			check(t, services)
		})
	}
	// The examples on registry pages are single blocks. They share one run, in which each example
	// is a module. The root module outputs all results, so the plan after apply shows whether they
	// change.
	subtests.Run("pages", func(t *testing.T) {
		c, _ := exampleWorkspace(t, nil)
		root, variables := "", map[string]bool{}
		for _, name := range pages {
			at := filepath.Join(c.Folder, name)
			acctest.CopyFolder(t, filepath.Join(exampleRoot, name), at)
			module := strings.ReplaceAll(filepath.ToSlash(name), "/", "_")
			root += fmt.Sprintf("module %q {\n  source = %q\n", module, "./"+filepath.ToSlash(name))
			for _, variable := range variablesOf(t, at) {
				root += fmt.Sprintf("  %s = var.%[1]s\n", variable)
				variables[variable] = true
			}
			root += "}\n"
			if !strings.Contains(moduleText(t, at), "Every plan changes this output") {
				root += fmt.Sprintf("output %q {\n  value     = module.%[1]s\n  sensitive = true\n}\n", module)
			}
		}
		for _, variable := range slices.Sorted(maps.Keys(variables)) {
			root += fmt.Sprintf("variable %q {\n  sensitive = true\n}\n", variable)
		}
		applyAndDestroy(t, c.WriteConfiguration(root))
	})
}

// exampleWorkspace returns a workspace for an example that passes tokens to services, and a
// function that checks which services have received a token. The stand-ins for the services
// work only with the built-in issuer. With a live instance, exampleWorkspace therefore skips
// the test if services is not empty, and the returned function does nothing.
func exampleWorkspace(t *testing.T, services []string) (*acctest.Workspace, func(testing.TB, []string)) {
	t.Helper()
	acctest.SkipWithoutCLI(t)
	if !acctest.IsLive() {
		i, recorder := acctest.StartRecordedIssuer(t)
		i.AllowImpersonation(true)
		i.MakeImpersonator(i.World.Service)
		return acctest.NewWorkspace(t, exampleEnvironment(t, i)...), recorder.Check
	}
	i := acctest.NewInstance(t)
	if len(services) > 0 {
		t.Skipf("the example requires stand-ins for %q, which send tokens to the built-in issuer", services)
	}
	return i.NewWorkspace(t, liveExampleEnvironment(t, i)...), func(testing.TB, []string) {}
}

// liveExampleEnvironment is like [exampleEnvironment], but for a live instance.
func liveExampleEnvironment(t *testing.T, i *acctest.Instance) []string {
	t.Helper()
	service, jwtService := i.Get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), i.Get(t, "ZITADEL_TEST_SERVICE_JWT_KEY_FILE")
	project := i.Get(t, "ZITADEL_TEST_PROJECT_ID")
	var file struct{ UserID, KeyID, Key string }
	if err := json.Unmarshal([]byte(acctest.ReadFile(t, service)), &file); err != nil {
		t.Fatal(err)
	}
	issuer := i.Get(t, "ZITADEL_TEST_ISSUER")
	block := object{"issuer": issuer, "key_file": jwtService}
	if url := os.Getenv("ZITADEL_TEST_CONNECT_URL"); url != "" {
		block["connect_url"] = url
	}
	at, err := url.Parse(issuer)
	if err != nil {
		t.Fatal(err)
	}
	insecure := fmt.Sprint(at.Scheme == "http")
	if name := at.Hostname(); at.Scheme == "http" && name != "localhost" && name != "127.0.0.1" && name != "::1" {
		t.Skip("the instance requires insecure = true, which the examples do not set")
	}
	issued := startConfigured(t, block).MustRead("data", "zitadel_access_token", object{
		"scopes": everyScope, "project_ids": []string{project},
	})
	token := fmt.Sprint(issued["access_token"])
	return []string{
		"ZITADEL_KEY_FILE=" + service,
		"TF_VAR_service_key_file=" + service,
		"TF_VAR_jwt_service_key_file=" + jwtService,
		"TF_VAR_next_key_file=", // the live instance has no second key for the account
		"TF_VAR_application_key_file=" + i.Get(t, "ZITADEL_TEST_API_KEY_FILE"),
		"TF_VAR_oidc_application_key_file=" + i.Get(t, "ZITADEL_TEST_OIDC_KEY_FILE"),
		"TF_VAR_project_id=" + project,
		"TF_VAR_projects=" + fmt.Sprintf("{ api = %q }", project),
		"TF_VAR_api_url=" + strings.TrimSuffix(issuer, "/") + "/oidc/v1/userinfo",
		"TF_VAR_token=" + token,
		"TF_VAR_tokens=" + fmt.Sprintf("{ one = %q }", token),
		"TF_VAR_user_id=" + file.UserID,
		"TF_VAR_key_id=" + file.KeyID,
		"TF_VAR_private_key_file=" + acctest.WriteFile(t, t.TempDir(), "key.pem", []byte(file.Key)),
		"TF_VAR_client_secret=" + i.Get(t, "ZITADEL_TEST_SERVICE_CLIENT_SECRET"),
		"TF_VAR_revoking_client_id=" + i.Get(t, "ZITADEL_TEST_OIDC_CLIENT_ID"),
		"TF_VAR_revoking_client_secret=" + i.Get(t, "ZITADEL_TEST_OIDC_CLIENT_SECRET"),
		"TF_VAR_issuer=" + issuer,
		"TF_VAR_system_user=system-user",
		"TF_VAR_instance_id=1",
		"TF_VAR_signing_input=" + signingInput(t),
		"TF_VAR_signature=" + base64.StdEncoding.EncodeToString(signature(t, signingInput(t))),
		"TF_VAR_domain=" + at.Hostname(),
		"TF_VAR_port=" + at.Port(),
		"TF_VAR_insecure=" + insecure,
	}
}

// signingInput returns the signing input for an example assertion.
func signingInput(t *testing.T) string {
	t.Helper()
	text, problem := callFunction(t, "assertion_signing_input",
		"1", "2", "https://z.example", "2030-01-31T12:00:00Z", "1h")
	if problem != nil {
		t.Fatal(problem.Text)
	}
	return fmt.Sprint(text)
}

// signAssertion runs the sign.sh script of an example, and configures the workspace with the
// resulting assertion instead of a key.
func signAssertion(t *testing.T, w *acctest.Workspace) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("the example signs with openssl, which is not installed")
	}
	command := exec.CommandContext(t.Context(), "sh", "sign.sh")
	command.Dir, command.Env = w.Folder, w.Environment
	assertion, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	acctest.AddSecret("assertion of sign.sh", strings.TrimSpace(string(assertion)))
	w.Environment = append(w.Environment, "ZITADEL_KEY_FILE=", "TF_VAR_assertion="+strings.TrimSpace(string(assertion)))
}

// applyAndDestroy runs the commands init, apply, plan and destroy; apply includes validate.
// The plan after apply must not contain changes.
func applyAndDestroy(t *testing.T, w *acctest.Workspace) {
	t.Helper()
	w.InstallProviders()
	w.MustRun("apply", "-no-color", "-auto-approve")
	time.Sleep(1100 * time.Millisecond) // long enough for times in whole seconds to change
	if output, err := w.Run("plan", "-no-color", "-detailed-exitcode"); err != nil {
		t.Errorf("plan after apply: %v\n%s", err, output)
	}
	// The CLI destroys resources in random order, so a fault might appear only in some runs. See "Test
	// with other versions of the CLIs" in CONTRIBUTING.md.
	times, err := strconv.Atoi(cmp.Or(os.Getenv("ZITADEL_TEST_DESTROYS"), "1"))
	if err != nil {
		t.Fatalf("ZITADEL_TEST_DESTROYS: %v", err)
	}
	state := acctest.ReadFile(t, filepath.Join(w.Folder, "terraform.tfstate"))
	for range times {
		acctest.WriteFile(t, w.Folder, "terraform.tfstate", []byte(state))
		w.MustRun("destroy", "-no-color", "-auto-approve")
	}
}

// exampleEnvironment returns the environment variables that configure the provider and set
// the variables of all examples.
func exampleEnvironment(t *testing.T, i *optest.Issuer) []string {
	t.Helper()
	keys := t.TempDir()
	service := acctest.WriteFile(t, keys, "service.json", i.World.Service.KeyJSON())
	member, jwtMember := membersOf(t, i.World.Service.KeyJSON()), membersOf(t, i.World.ServiceJWT.KeyJSON())
	at, err := url.Parse(i.URL)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"ZITADEL_ISSUER=" + i.URL,
		"ZITADEL_KEY_FILE=" + service,
		"TF_VAR_issuer=" + i.URL,
		"TF_VAR_service_key_file=" + service,
		"TF_VAR_jwt_service_key_file=" + acctest.WriteFile(t, keys, "service-jwt.json", i.World.ServiceJWT.KeyJSON()),
		"TF_VAR_application_key_file=" + acctest.WriteFile(t, keys, "application.json", i.World.API.KeyJSON()),
		"TF_VAR_project_id=" + i.World.Project.ID,
		"TF_VAR_token=" + issueToken(t, i, i.World.ServiceJWT.KeyJSON(), everyScope...),
		"TF_VAR_oidc_application_key_file=" + acctest.WriteFile(t, keys, "oidc.json", i.World.OIDC.KeyJSON()),
		"TF_VAR_user_id=" + i.World.Service.ID,
		"TF_VAR_impersonated_user_id=" + i.World.ServiceJWT.ID,
		"TF_VAR_key_id=" + member.KeyID,
		"TF_VAR_client_secret=" + i.World.Service.Secret,
		"TF_VAR_revoking_client_id=" + i.World.OIDC.ClientID,
		"TF_VAR_revoking_client_secret=" + i.World.OIDC.Secret,
		"TF_VAR_private_key_file=" + acctest.WriteFile(t, keys, "key.pem", []byte(member.Key)),
		"TF_VAR_next_key_file=" + acctest.WriteFile(t, keys, "next.json", i.World.Service.SecondKeyJSON()),
		"TF_VAR_tokens=" + fmt.Sprintf("{ one = %q }", issueToken(t, i, i.World.ServiceJWT.KeyJSON(), everyScope...)),
		"TF_VAR_domain=" + at.Hostname(),
		"TF_VAR_port=" + at.Port(),
		"TF_VAR_insecure=true",
		"TF_VAR_organization_id=" + i.World.OrganizationID,
		"TF_VAR_system_user=system-user",
		"TF_VAR_instance_id=1",
		"TF_VAR_signing_input=" + signingInput(t),
		"TF_VAR_signature=" + base64.StdEncoding.EncodeToString(signature(t, signingInput(t))),
		// The stand-ins for other services send their requests to the issuer.
		"TF_VAR_api_url=" + i.URL + "/oidc/v1/userinfo",
		"TF_VAR_cluster_host=" + i.URL,
		"TF_VAR_vault_address=" + i.URL,
		// The stand-in for the official provider returns the IDs of objects that exist in the issuer.
		"TF_VAR_admin_key_file=" + service,
		"TF_VAR_service_private_key_file=" + acctest.WriteFile(t, keys, "service-jwt.pem", []byte(jwtMember.Key)),
		"TF_VAR_service_public_key_file=" + acctest.WriteFile(t, keys, "service-jwt.pub", []byte("public key")),
		"TF_VAR_projects=" + fmt.Sprintf("{ api = %q }", i.World.Project.ID),
		"TF_VAR_key_expires_at=2099-01-01T00:00:00Z",
		"STANDIN_RESULTS=" + standInResults(t, map[string]map[string]string{
			"zitadel_machine_key":  {"id": jwtMember.KeyID},
			"zitadel_machine_user": {"id": i.World.ServiceJWT.ID},
			"zitadel_project":      {"id": i.World.Project.ID},
		}),
	}
}

// keyMembers contains the members of a key file that the examples use.
type keyMembers struct {
	KeyID string `json:"keyId"`
	Key   string `json:"key"`
}

// membersOf decodes the members of a key file.
func membersOf(t *testing.T, keyJSON []byte) (members keyMembers) {
	t.Helper()
	if err := json.Unmarshal(keyJSON, &members); err != nil {
		t.Fatal(err)
	}
	return members
}

// standInResults encodes the results that the stand-ins return, as the value of the
// environment variable STANDIN_RESULTS.
func standInResults(t *testing.T, results map[string]map[string]string) string {
	t.Helper()
	encoded, err := json.Marshal(results)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
