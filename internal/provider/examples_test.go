package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// changing are the examples whose second plan need not be empty, with the reason.
var changing = map[string]string{
	"quickstart": "its outputs tell of a token, and each plan gets a new one",
	"provider":   "its output tells of a token, and each plan gets a new one",
}

// Every example is a configuration that a user can paste: the CLI installs what
// it needs, accepts it as it is, applies it, has nothing more to do then, and
// takes it down again.
func TestAccExamples(t *testing.T) {
	whole, pages := examples(t)
	for _, name := range whole {
		t.Run(name, func(t *testing.T) {
			i, handovers := recordHandovers(t)
			c := newWorkspace(t, exampleEnvironment(t, i)...)
			if err := os.CopyFS(c.folder, os.DirFS(filepath.Join(exampleRoot, name))); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(c.folder, "sign.sh")); err == nil {
				c.sign()
			}
			c.lifecycle(changing[filepath.ToSlash(name)] != "")
			handovers.check(t, i.World, recipients(t, name))
		})
	}
	// The pages of the registry show blocks alone, which share one run: each is a
	// module of one configuration.
	t.Run("pages", func(t *testing.T) {
		c := newWorkspace(t, exampleEnvironment(t, issuer(t))...)
		root, variables := "", map[string]bool{}
		for _, name := range pages {
			at := filepath.Join(c.folder, name)
			if err := os.CopyFS(at, os.DirFS(filepath.Join(exampleRoot, name))); err != nil {
				t.Fatal(err)
			}
			file(t, at, "versions.tf", []byte(requiredProviders))
			root += fmt.Sprintf("module %q {\n  source = %q\n", strings.ReplaceAll(filepath.ToSlash(name), "/", "_"), "./"+filepath.ToSlash(name))
			for _, variable := range variablesOf(t, at) {
				root += fmt.Sprintf("  %s = var.%[1]s\n", variable)
				variables[variable] = true
			}
			root += "}\n"
		}
		for _, variable := range slices.Sorted(maps.Keys(variables)) {
			root += fmt.Sprintf("variable %q {\n  sensitive = true\n}\n", variable)
		}
		c.write(root).lifecycle(false)
	})
}

// sign lets the example's script sign an assertion, which takes the place of the
// key.
func (w *workspace) sign() {
	w.t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		w.t.Skip("the example signs with openssl, which is not here")
	}
	command := exec.CommandContext(w.t.Context(), "sh", "sign.sh")
	command.Dir, command.Env = w.folder, w.environment
	assertion, err := command.Output()
	if err != nil {
		w.t.Fatal(err)
	}
	known.add("assertion of sign.sh", strings.TrimSpace(string(assertion)))
	w.environment = append(w.environment, "ZITADEL_KEY_FILE=", "TF_VAR_assertion="+strings.TrimSpace(string(assertion)))
}

// lifecycle is what a user does with a configuration, from init to destroy.
func (w *workspace) lifecycle(changes bool) {
	w.t.Helper()
	w.install()
	w.must("validate", "-no-color")
	w.must("apply", "-no-color", "-auto-approve")
	output, err := w.run("plan", "-no-color", "-detailed-exitcode")
	var ended *exec.ExitError
	if changed := errors.As(err, &ended) && ended.ExitCode() == 2; err != nil && (!changed || !changes) {
		w.t.Errorf("plan after apply: %v, and whether it may change something: %t\n%s", err, changes, output)
	}
	w.must("destroy", "-no-color", "-auto-approve")
}

// A user's tests of a module run under either CLI, against mocks: nobody is
// asked, and they notice when the module is wrong.
func TestAccModuleTests(t *testing.T) {
	suites, err := filepath.Glob(filepath.Join(exampleRoot, "guides", "*", "tests"))
	if err != nil || len(suites) == 0 {
		t.Fatalf("no tests of a module: %v", err)
	}
	for _, suite := range suites {
		folder := filepath.Dir(suite)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			i := issuer(t)
			c := newWorkspace(t, "ZITADEL_ISSUER="+i.URL)
			if err := os.CopyFS(c.folder, os.DirFS(folder)); err != nil {
				t.Fatal(err)
			}
			c.install()
			if output := c.must("test", "-no-color"); !hasAll(output, "Success!") {
				t.Error(output)
			}
			if n := i.Connections(); n > 0 {
				t.Errorf("%d connections to the issuer", n)
			}
			variables := filepath.Join(c.folder, "variables.tf")
			file(t, c.folder, "variables.tf", []byte(strings.Replace(text(t, variables), `"writer"`, `"reader"`, 1)))
			if output, err := c.run("test", "-no-color"); err == nil || !hasAll(output, "A reader may deploy.") {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}

var exampleRoot = filepath.Join("..", "..", "examples")

// examples lists the folders that hold an example: whole configurations, and
// those of the registry's pages.
func examples(t *testing.T) (whole, pages []string) {
	t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir(exampleRoot, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(at) != ".tf" {
			return err
		}
		name, err := filepath.Rel(exampleRoot, filepath.Dir(at))
		if err != nil {
			return err
		}
		parts := strings.Split(name, string(filepath.Separator))
		switch group := parts[0]; {
		case group == "guides" && len(parts) > 1: // with the modules inside
			name = filepath.Join(parts[:2]...)
		case group == "data-sources" || group == "ephemeral-resources" || group == "functions":
			if !seen[name] {
				pages = append(pages, name)
			}
			seen[name] = true
			return nil
		default:
			name = group
		}
		if !seen[name] {
			whole = append(whole, name)
		}
		seen[name] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(whole) < 5 || len(pages) < 20 {
		t.Fatalf("only %d examples and %d pages", len(whole), len(pages))
	}
	return whole, pages
}

var variablePattern = regexp.MustCompile(`(?m)^variable "(\w+)"`)

// variablesOf are the names of the variables of a module.
func variablesOf(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range files {
		for _, found := range variablePattern.FindAllStringSubmatch(text(t, at), -1) {
			names = append(names, found[1])
		}
	}
	return names
}

// exampleEnvironment is all that the examples ask for: each names what it needs
// by a variable, and what is left open the environment decides.
func exampleEnvironment(t *testing.T, i *optest.Issuer) []string {
	t.Helper()
	keys := t.TempDir()
	service := file(t, keys, "service.json", i.World.Service.KeyJSON())
	var member struct {
		KeyID string `json:"keyId"`
		Key   string `json:"key"`
	}
	if err := json.Unmarshal(i.World.Service.KeyJSON(), &member); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(i.URL)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"ZITADEL_ISSUER=" + i.URL,
		"ZITADEL_KEY_FILE=" + service,
		"TF_VAR_issuer=" + i.URL,
		"TF_VAR_service_key_file=" + service,
		"TF_VAR_jwt_service_key_file=" + file(t, keys, "service-jwt.json", i.World.ServiceJWT.KeyJSON()),
		"TF_VAR_application_key_file=" + file(t, keys, "application.json", i.World.API.KeyJSON()),
		"TF_VAR_project_id=" + i.World.Project.ID,
		"TF_VAR_token=" + token(t, i, i.World.ServiceJWT.KeyJSON(), everything...),
		"TF_VAR_oidc_application_key_file=" + file(t, keys, "oidc.json", i.World.OIDC.KeyJSON()),
		"TF_VAR_user_id=" + i.World.Service.ID,
		"TF_VAR_key_id=" + member.KeyID,
		"TF_VAR_client_secret=" + i.World.Service.Secret,
		"TF_VAR_revoking_client_id=" + i.World.OIDC.ClientID,
		"TF_VAR_revoking_client_secret=" + i.World.OIDC.Secret,
		"TF_VAR_private_key_file=" + file(t, keys, "key.pem", []byte(member.Key)),
		"TF_VAR_next_key_file=" + file(t, keys, "next.json", i.World.Service.SecondKeyJSON()),
		"TF_VAR_tokens=" + fmt.Sprintf("{ one = %q }", token(t, i, i.World.ServiceJWT.KeyJSON(), everything...)),
		"TF_VAR_domain=" + at.Hostname(),
		"TF_VAR_port=" + at.Port(),
		"TF_VAR_insecure=true",
		"TF_VAR_organization_id=" + i.World.OrganizationID,
		// The stand-ins ask the issuer, whatever the original asks.
		"TF_VAR_api_url=" + i.URL + "/oidc/v1/userinfo",
		"TF_VAR_cluster_host=" + i.URL,
		"TF_VAR_vault_address=" + i.URL,
	}
}

// Each block of an example or a page that validates a token sets the audience that
// the token must have, because examples are copied.
func TestExamplesCheckAudience(t *testing.T) {
	block := regexp.MustCompile(`(?ms)^(?:data|ephemeral) "zitadel_(?:introspection|token_verification)" "[^\n]*\n(.*?)^}`)
	var files []string
	for _, pattern := range []string{"examples/*/*.tf", "examples/*/*/*.tf", "docs/*.md", "docs/*/*.md", "README.md", "templates/*.tmpl", "templates/*/*.tmpl"} {
		found, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	blocks := 0
	for _, at := range files {
		content := text(t, at)
		for _, found := range block.FindAllStringSubmatch(content, -1) {
			blocks++
			if !strings.Contains(found[1], "required_audience = [var.") {
				t.Errorf("%s: %s", at, found[0])
			}
		}
		if strings.Contains(content, "leeway ") && strings.HasSuffix(at, ".tf") {
			t.Errorf("%s sets leeway", at)
		}
	}
	if blocks < 20 {
		t.Errorf("only %d blocks found", blocks)
	}
}

var (
	providerBlock = regexp.MustCompile(`(?ms)^provider "([\w-]+)" \{([^\n]*\}$|\n.*?^\})`)
	managedBlock  = regexp.MustCompile(`(?ms)^resource "([\w-]+)" "[^"\n]*" \{([^\n]*\}$|\n.*?^\})`)
	aliasArgument = regexp.MustCompile(`(?m)^\s*alias\s*=\s*"([\w-]+)"`)
	providerOf    = regexp.MustCompile(`(?m)^\s*provider\s*=\s*([\w.-]+)`)
	dataReference = regexp.MustCompile(`\bdata\.[\w-]+\.`)
)

// unsafeProviders returns the providers that a configuration configures with a
// result of a data source, but that have no managed resource in it. In destroy, the
// CLI may configure them without that result.
func unsafeProviders(config string) (names []string) {
	managed := map[string]bool{}
	for _, block := range managedBlock.FindAllStringSubmatch(config, -1) {
		name, _, _ := strings.Cut(block[1], "_")
		if explicit := providerOf.FindStringSubmatch(block[2]); explicit != nil {
			name = explicit[1]
		}
		managed[name] = true
	}
	for _, block := range providerBlock.FindAllStringSubmatch(config, -1) {
		name := block[1]
		if alias := aliasArgument.FindStringSubmatch(block[2]); alias != nil {
			name += "." + alias[1]
		}
		if dataReference.MatchString(block[2]) && !managed[name] {
			names = append(names, name)
		}
	}
	return names
}

// Each provider that an example or a page configures with a result of a data source
// has a managed resource beside it, because without one destroy fails at random.
func TestExamplesDestroySafely(t *testing.T) {
	fence := regexp.MustCompile("(?ms)^[ \t]*```(?:terraform|hcl|tf)\n(.*?)^[ \t]*```")
	configs := map[string]string{} // by folder, or by page and number
	root := filepath.Join("..", "..")
	for _, at := range []string{"examples", "templates", "docs", "README.md", "CONTRIBUTING.md", "SECURITY.md"} {
		err := filepath.WalkDir(filepath.Join(root, at), func(at string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			switch filepath.Ext(at) {
			case ".tf":
				configs[filepath.Dir(at)] += text(t, at) + "\n"
			case ".md", ".tmpl":
				for i, block := range fence.FindAllStringSubmatch(text(t, at), -1) {
					configs[fmt.Sprintf("%s, block %d", at, i+1)] = block[1]
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	fed := 0
	for name, config := range configs {
		for _, block := range providerBlock.FindAllStringSubmatch(config, -1) {
			if dataReference.MatchString(block[2]) {
				fed++
			}
		}
		if unsafe := unsafeProviders(config); len(unsafe) > 0 {
			t.Errorf("%s: %v have no managed resource, but get a result of a data source", name, unsafe)
		}
	}
	if fed < 2 || len(configs) < 60 { // the example, and the page that shows it
		t.Errorf("only %d blocks get a result of a data source, in %d configurations", fed, len(configs))
	}
}

func TestUnsafeProviders(t *testing.T) {
	const (
		token   = "token = data.zitadel_access_token.this.access_token"
		fed     = "provider \"a\" {\n  x {\n    " + token + "\n  }\n}\n"
		aliased = "provider \"a\" {\n  alias = \"b\"\n  token = \"${data.zitadel_token_exchange.this[0].token}\"\n}\n"
	)
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"no resource":                 {fed, []string{"a"}},
		"only data sources":           {fed + "data \"a_b\" \"this\" {\n}\n", []string{"a"}},
		"another provider's resource": {fed + "resource \"c_d\" \"this\" {}\n", []string{"a"}},
		"a resource":                  {fed + "resource \"a_d\" \"this\" {}\n", nil},
		"a resource by argument":      {fed + "resource \"c_d\" \"this\" {\n  provider = a\n}\n", nil},
		"an alias":                    {aliased + "resource \"a_d\" \"this\" {}\n", []string{"a.b"}},
		"an alias's resource":         {aliased + "resource \"a_d\" \"this\" {\n  provider = a.b\n}\n", nil},
		"on one line":                 {"provider \"a\" { " + token + " }\n", []string{"a"}},
		"an ephemeral token":          {"provider \"a\" {\n  token = ephemeral.zitadel_access_token.this.token\n}\n", nil},
		"a data source elsewhere":     {"provider \"a\" {}\nlocals {\n  " + token + "\n}\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := unsafeProviders(c.config); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
