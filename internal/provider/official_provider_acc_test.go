package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// missingTokenMessage is part of the error that zitadel/zitadel and its stand-in report if the token
// is unknown.
const missingTokenMessage = "one authentication method must be configured"

// officialProviderExamples contains the examples in which a token configures the official provider,
// by the kind of block that returns the token.
var officialProviderExamples = map[string]string{
	"data source": "feed-zitadel",
	"ephemeral":   "beside-the-official-provider",
}

// organization is a configuration that reads an organization with the official provider during plan.
// The examples do not contain it, because ZITADEL requires a role on the instance to read an
// organization.
const organization = `
data "zitadel_org" "this" {
  id = var.organization_id
}

output "organization" {
  value = data.zitadel_org.this.name
}
`

// newOfficialProviderWorkspace returns a workspace with the example for a kind of block. It adds the
// configuration organization, and then replaces strings: replace contains pairs of old and new strings,
// as in [strings.NewReplacer].
func newOfficialProviderWorkspace(t *testing.T, i *optest.Issuer, kind string, replace ...string) *acctest.Workspace {
	t.Helper()
	c := acctest.NewWorkspace(t, exampleEnvironment(t, i)...)
	acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "guides", officialProviderExamples[kind]), c.Folder)
	before := acctest.ReadFile(t, filepath.Join(c.Folder, "main.tf")) + organization
	for pair := range slices.Chunk(replace, 2) {
		if !strings.Contains(before, pair[0]) {
			t.Fatalf("nothing to replace with %q in\n%s", pair[1], before)
		}
	}
	after := strings.NewReplacer(replace...).Replace(before)
	if unsafe := unsafeProviders(after); len(unsafe) > 0 {
		t.Fatalf("the providers %v may have no token during destroy\n%s", unsafe, after)
	}
	acctest.WriteFile(t, c.Folder, "main.tf", []byte(after))
	return c
}

// The block types of both providers begin with zitadel_. This provider has a different local name,
// and its token configures the official provider during plan.
func TestAccOfficialProvider(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for kind := range officialProviderExamples {
		subtests.Run(kind, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			c := newOfficialProviderWorkspace(
				t,
				i,
				kind,
				"data.zitadel_org.this.name",
				"\"${data.zitadel_org.this.name} ${provider::tokens::project_role_scope(\"a\")}\"",
			)
			c.InstallProviders()
			before := i.Requests(optest.Token)
			output := c.MustRun("plan", "-no-color")
			if requests, used := i.Requests(optest.Token)-before, i.Requests(optest.UserInfo); requests != 1 || used != 1 ||
				!acctest.ContainsAll(output, `"ACME urn:zitadel:iam:org:project:role:a"`) {
				t.Errorf("%d token requests, and the token was used %d times\n%s", requests, used, output)
			}
		})
	}
}

// A block without a provider argument belongs to the official provider. As a result, the token
// depends on the provider that the token configures, or the official provider does not support the
// type of the block.
func TestAccOfficialProviderByDefault(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for name, c := range map[string]struct {
		kind    string
		replace []string
		want    []string
	}{
		"data source": {
			"data source", []string{"  provider = tokens\n", ""},
			[]string{"Error: Cycle: ", "data.zitadel_access_token.this", "provider["},
		},
		"ephemeral": {
			"ephemeral", []string{"  provider = tokens\n", ""},
			[]string{"Error: Cycle: ", "ephemeral.zitadel_access_token.this", "provider["},
		},
		"unsupported data source": {
			"ephemeral",
			[]string{"output \"organization\"", "data \"zitadel_jwks\" \"this\" {}\n\noutput \"organization\""},
			[]string{`zitadel/zitadel does not support data source "zitadel_jwks"`},
		},
	} {
		subtests.Run(name, func(t *testing.T) {
			w := newOfficialProviderWorkspace(t, acctest.StartIssuer(t), c.kind, c.replace...)
			w.InstallProviders()
			if output, err := w.Run("validate", "-no-color"); err == nil ||
				!acctest.ContainsAll(acctest.Unwrap(output), c.want...) {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}

// The official provider rejects a token that is known only after apply, so the resource on which the
// token depends must be applied first. Without a managed resource of the official provider, the
// token of an ephemeral block is unknown again during destroy.
func TestAccOfficialProviderUnknownToken(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	const managed = `resource "zitadel_project" "this" {
  org_id = var.organization_id
  name   = "example"
}

output "project_id" {
  value = zitadel_project.this.id
}
`
	for name, c := range map[string]struct {
		kind, wait string
		remove     string
	}{
		"data source":                         {"data source", "depends_on = [terraform_data.first]", ""},
		"ephemeral":                           {"ephemeral", "defer_until = terraform_data.first.id", ""},
		"ephemeral without managed resources": {"ephemeral", "defer_until = terraform_data.first.id", managed},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			replace := []string{
				"provider = tokens\n}",
				"provider = tokens\n  " + c.wait + "\n}\n\nresource \"terraform_data\" \"first\" {}",
			}
			if c.remove != "" {
				replace = append(replace, c.remove, "")
			}
			w := newOfficialProviderWorkspace(t, i, c.kind, replace...)
			w.InstallProviders()
			fails := func(args ...string) {
				t.Helper()
				if output, err := w.Run(append(args, "-no-color")...); err == nil ||
					!acctest.ContainsAll(acctest.Unwrap(output), missingTokenMessage) {
					t.Errorf("%v: %v\n%s", args, err, output)
				}
			}
			before := i.Requests(optest.Token)
			fails("plan")
			if n := i.Requests(optest.Token) - before; n != 0 {
				t.Errorf("%d token requests during plan, want 0", n)
			}
			w.MustRun("apply", "-no-color", "-auto-approve", "-target=terraform_data.first")
			if output := w.MustRun("apply", "-no-color", "-auto-approve"); !acctest.ContainsAll(output, `"ACME"`) {
				t.Error(output)
			}
			if c.remove != "" {
				fails("destroy", "-auto-approve")
				return
			}
			w.MustRun("destroy", "-no-color", "-auto-approve")
		})
	}
}

// A saved plan contains the token of a data source. That token may be invalid by the time the plan is
// applied. An ephemeral resource is opened again during apply.
func TestAccOfficialProviderSavedPlan(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for kind := range officialProviderExamples {
		subtests.Run(kind, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			c := newOfficialProviderWorkspace(
				t,
				i,
				kind,
				"  id = var.organization_id\n",
				"  id = var.organization_id\n  depends_on = [terraform_data.first]\n",
				"output \"organization\"",
				"resource \"terraform_data\" \"first\" {}\n\noutput \"organization\"",
			)
			c.InstallProviders()
			c.MustRun("plan", "-no-color", "-out=plan")
			i.Deactivate(i.World.Service) // makes its tokens invalid
			i.Reactivate(i.World.Service)
			output, err := c.Run("apply", "-no-color", "plan")
			if kind == "ephemeral" {
				if err != nil || !acctest.ContainsAll(output, `"ACME"`) {
					t.Errorf("%v\n%s", err, output)
				}
				return
			}
			want := []string{"the token is not accepted", "with data.zitadel_org.this,", "with zitadel_project.this,"}
			if err == nil || !acctest.ContainsAll(output, want...) {
				t.Errorf("%v\n%s", err, output)
			}
			if output := c.MustRun("apply", "-no-color", "-auto-approve"); !acctest.ContainsAll(
				output,
				`"ACME"`,
			) { // a new plan requests a new token
				t.Error(output)
			}
		})
	}
}

// If a module uses the local name zitadel for this provider, the CLI expects the official provider
// under that name.
func TestAccOfficialProviderInModule(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for local, rejection := range map[string]string{"tokens": "", "zitadel": "Provider type mismatch"} {
		subtests.Run(local, func(t *testing.T) {
			c := newOfficialProviderWorkspace(
				t,
				acctest.StartIssuer(t),
				"data source",
				"data \"zitadel_access_token\" \"this\" {\n  provider = tokens\n}",
				"module \"token\" {\n  source    = \"./token\"\n  providers = { "+local+" = tokens }\n}",
				"data.zitadel_access_token.this.",
				"module.token.",
			)
			at := filepath.Join(c.Folder, "token")
			if err := os.Mkdir(at, 0o700); err != nil {
				t.Fatal(err)
			}
			acctest.WriteFile(t, at, "main.tf", []byte(strings.Replace(acctest.RequiredProviders, "zitadel", local, 1)+`
data "zitadel_access_token" "this" {
  provider = `+local+`
}

output "access_token" {
  value     = data.zitadel_access_token.this.access_token
  sensitive = true
}
`))
			if rejection != "" {
				if output, err := c.Run("init", "-no-color"); err == nil || !acctest.ContainsAll(output, rejection) {
					t.Errorf("%v\n%s", err, output)
				}
				return
			}
			c.InstallProviders()
			if output := c.MustRun("apply", "-no-color", "-auto-approve"); !acctest.ContainsAll(output, `"ACME"`) {
				t.Error(output)
			}
		})
	}
}
