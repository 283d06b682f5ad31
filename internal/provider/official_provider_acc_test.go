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

// missingTokenMessage is part of the error that the official provider, zitadel/zitadel, and its
// stand-in report if the token is unknown.
const missingTokenMessage = "one authentication method must be configured"

// officialProviderExamples maps a kind of block to the example in which a block of that kind gets the
// token for the official provider.
var officialProviderExamples = map[string]string{
	"data source": "feed-zitadel",
	"ephemeral":   "beside-the-official-provider",
}

// organization is configuration that the tests append to an example, so that the official provider
// uses the token during plan. The examples do not read an organization themselves, because ZITADEL
// requires an instance-wide role to read one.
const organization = `
data "zitadel_org" "this" {
  id = var.organization_id
}

output "organization" {
  value = data.zitadel_org.this.name
}
`

// newOfficialProviderWorkspace returns a workspace that contains the example for a kind of block,
// followed by organization. replace contains pairs of old and new strings, as for
// [strings.NewReplacer], to be replaced in this configuration.
func newOfficialProviderWorkspace(t *testing.T, i *optest.Issuer, kind string, replace ...string) *acctest.Workspace {
	t.Helper()
	c := acctest.NewWorkspace(t, exampleEnvironment(t, i)...)
	acctest.CopyFolder(t, filepath.Join("..", "..", "examples", "guides", officialProviderExamples[kind]), c.Folder)
	before := acctest.ReadFile(t, filepath.Join(c.Folder, "main.tf")) + organization
	for pair := range slices.Chunk(replace, 2) {
		if !strings.Contains(before, pair[0]) {
			t.Fatalf("the string to replace, %q, is missing from\n%s", pair[0], before)
		}
	}
	after := strings.NewReplacer(replace...).Replace(before)
	if unsafe := unsafeProviders(after); len(unsafe) > 0 {
		t.Fatalf("the providers %v might have no token during destroy:\n%s", unsafe, after)
	}
	acctest.WriteFile(t, c.Folder, "main.tf", []byte(after))
	return c
}

// The block types of both providers begin with zitadel_. If a configuration gives this provider a
// different local name, the configuration must be able to use both providers. The token from this
// provider must configure the official provider during plan.
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
				t.Errorf("%d token requests, and %d requests with the token; want 1 each\n%s", requests, used, output)
			}
		})
	}
}

// The CLI assigns a zitadel_ block without a provider argument to the official provider. validate must
// then report either a cycle, because the token depends on the provider that it configures, or that the
// official provider does not support the block type.
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
				t.Errorf("got error %v, want an error with %q\n%s", err, c.want, output)
			}
		})
	}
}

// TestAccOfficialProviderUnknownToken checks that the official provider rejects an unknown token, and
// accepts the token once the resource that the token depends on has been applied. If the configuration
// contains no managed resource of the official provider, destroy must fail, because the token of an
// ephemeral block is then unknown again.
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
					t.Errorf("%v: got error %v, want %q\n%s", args, err, missingTokenMessage, output)
				}
			}
			before := i.Requests(optest.Token)
			fails("plan")
			if n := i.Requests(optest.Token) - before; n != 0 {
				t.Errorf("%d token requests during plan, want none", n)
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

// A saved plan contains the token that a data source returned, so apply must fail if that token has
// become invalid. With an ephemeral resource, apply must succeed, because it opens the resource again.
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
			i.Deactivate(i.World.Service) // revokes its tokens
			i.Reactivate(i.World.Service)
			output, err := c.Run("apply", "-no-color", "plan")
			if kind == "ephemeral" {
				if err != nil || !acctest.ContainsAll(output, `"ACME"`) {
					t.Errorf("the saved plan was not applied: %v\n%s", err, output)
				}
				return
			}
			want := []string{"the token is not accepted", "with data.zitadel_org.this,", "with zitadel_project.this,"}
			if err == nil || !acctest.ContainsAll(output, want...) {
				t.Errorf("got error %v, want an error with %q\n%s", err, want, output)
			}
			// A new plan requests a new token.
			if output := c.MustRun("apply", "-no-color", "-auto-approve"); !acctest.ContainsAll(output, `"ACME"`) {
				t.Error(output)
			}
		})
	}
}

// A module must use a different local name for this provider, too. If it uses zitadel, init must fail,
// because that name stands for the official provider in the calling module.
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
			folder := filepath.Join(c.Folder, "token")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			required := strings.Replace(acctest.RequiredProviders, "zitadel", local, 1)
			acctest.WriteFile(t, folder, "main.tf", []byte(required+`
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
					t.Errorf("got error %v, want %q\n%s", err, rejection, output)
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
