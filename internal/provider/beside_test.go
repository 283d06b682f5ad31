package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// What zitadel/zitadel says of an unknown token begins like this, and what its
// stand-in says too.
const noToken = "either 'access_token', 'jwt_file', "

// beside are the examples in which our token configures the official provider,
// by the kind of block that it comes from.
var beside = map[string]string{"data source": "feed-zitadel", "ephemeral": "beside-the-official-provider"}

// organization reads through the official provider in the plan. The example with
// the ephemeral resource contains it already.
const organization = `
data "zitadel_org" "this" {
  id = var.organization_id
}

output "organization" {
  value = data.zitadel_org.this.name
}
`

// newBeside is a workspace with such an example, installed as users do, in which
// parts of the text are replaced. With the data source, the configuration contains
// both a managed resource and a data source of the official provider.
func newBeside(t *testing.T, i *optest.Issuer, kind string, replace ...string) *workspace {
	t.Helper()
	c := newWorkspace(t, exampleEnvironment(t, i)...)
	if err := os.CopyFS(c.folder, os.DirFS(filepath.Join("..", "..", "examples", "guides", beside[kind]))); err != nil {
		t.Fatal(err)
	}
	before := text(t, filepath.Join(c.folder, "main.tf"))
	if kind == "data source" {
		before += organization
	}
	for pair := range slices.Chunk(replace, 2) {
		if !strings.Contains(before, pair[0]) {
			t.Fatalf("nothing to replace with %q in\n%s", pair[1], before)
		}
	}
	after := strings.NewReplacer(replace...).Replace(before)
	if unsafe := unsafeProviders(after); len(unsafe) > 0 {
		t.Fatalf("%v may be left without a token in destroy\n%s", unsafe, after)
	}
	file(t, c.folder, "main.tf", []byte(after))
	return c
}

// Two providers whose types all begin with zitadel_: ours under another local
// name, and our token in the configuration of the other one at plan time.
func TestAccBesideOfficialProvider(t *testing.T) {
	for kind := range beside {
		t.Run(kind, func(t *testing.T) {
			i := issuer(t)
			c := newBeside(t, i, kind, "data.zitadel_org.this.name", "\"${data.zitadel_org.this.name} ${provider::tokens::project_role_scope(\"a\")}\"")
			c.install()
			before := i.Requests(optest.Token)
			output := c.must("plan", "-no-color")
			if asked, used := i.Requests(optest.Token)-before, i.Requests(optest.UserInfo); asked != 1 || used != 1 || !hasAll(output, `"ACME urn:zitadel:iam:org:project:role:a"`) {
				t.Errorf("a token was asked for %d times, and used %d times\n%s", asked, used, output)
			}
		})
	}
}

// A block of ours that does not say so belongs to the official provider: it
// waits for what waits for it, or has a type that this provider does not have.
func TestAccBesideWithoutProvider(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		replace []string
		want    []string
	}{
		"data source": {"data source", []string{"  provider = tokens\n", ""}, []string{"Error: Cycle: ", "data.zitadel_access_token.this", "provider["}},
		"ephemeral":   {"ephemeral", []string{"  provider = tokens\n", ""}, []string{"Error: Cycle: ", "ephemeral.zitadel_access_token.this", "provider["}},
		"another":     {"ephemeral", []string{"output \"organization\"", "data \"zitadel_jwks\" \"this\" {}\n\noutput \"organization\""}, []string{`zitadel/zitadel does not support data source "zitadel_jwks"`}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newBeside(t, issuer(t), c.kind, c.replace...)
			w.install()
			if output, err := w.run("validate", "-no-color"); err == nil || !hasAll(flat(output), c.want...) {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}

// A token that is known only after apply is none to the official provider. What
// it waits for has to be applied before; and an ephemeral block that waits for a
// resource is unknown again when that is destroyed.
func TestAccBesideUnknownToken(t *testing.T) {
	waits := map[string]string{"data source": "depends_on = [terraform_data.first]", "ephemeral": "defer_until = terraform_data.first.id"}
	for kind, wait := range waits {
		t.Run(kind, func(t *testing.T) {
			i := issuer(t)
			c := newBeside(t, i, kind, "provider = tokens\n}", "provider = tokens\n  "+wait+"\n}\n\nresource \"terraform_data\" \"first\" {}")
			c.install()
			fails := func(args ...string) {
				t.Helper()
				if output, err := c.run(append(args, "-no-color")...); err == nil || !hasAll(flat(output), noToken) {
					t.Errorf("%v: %v\n%s", args, err, output)
				}
			}
			before := i.Requests(optest.Token)
			fails("plan")
			if n := i.Requests(optest.Token) - before; n != 0 {
				t.Errorf("%d token requests", n)
			}
			c.must("apply", "-no-color", "-auto-approve", "-target=terraform_data.first")
			if output := c.must("apply", "-no-color", "-auto-approve"); !hasAll(output, `"ACME"`) {
				t.Error(output)
			}
			if kind == "ephemeral" {
				fails("destroy", "-auto-approve")
				return
			}
			c.must("destroy", "-no-color", "-auto-approve")
		})
	}
}

// The token of a data source is in the saved plan, and can have ended when that
// is applied; an ephemeral one is opened anew.
func TestAccBesideSavedPlan(t *testing.T) {
	for kind := range beside {
		t.Run(kind, func(t *testing.T) {
			i := issuer(t)
			c := newBeside(t, i, kind, "  id = var.organization_id\n", "  id = var.organization_id\n  depends_on = [terraform_data.first]\n", "output \"organization\"", "resource \"terraform_data\" \"first\" {}\n\noutput \"organization\"")
			c.install()
			c.must("plan", "-no-color", "-out=plan")
			i.Deactivate(i.World.Service) // which ends the token for good
			i.Reactivate(i.World.Service)
			output, err := c.run("apply", "-no-color", "plan")
			if kind == "ephemeral" {
				if err != nil || !hasAll(output, `"ACME"`) {
					t.Errorf("%v\n%s", err, output)
				}
				return
			}
			want := []string{"the token is not accepted", "with data.zitadel_org.this,", "with zitadel_project.this,"}
			if err == nil || !hasAll(output, want...) {
				t.Errorf("%v\n%s", err, output)
			}
			if output := c.must("apply", "-no-color", "-auto-approve"); !hasAll(output, `"ACME"`) { // a new plan, a new token
				t.Error(output)
			}
		})
	}
}

// A module has ours under the same local name as the configuration that calls
// it: the CLI takes another for the official provider.
func TestAccBesideInModule(t *testing.T) {
	for local, refused := range map[string]string{"tokens": "", "zitadel": "Provider type mismatch"} {
		t.Run(local, func(t *testing.T) {
			c := newBeside(t, issuer(t), "data source", "data \"zitadel_access_token\" \"this\" {\n  provider = tokens\n}", "module \"token\" {\n  source    = \"./token\"\n  providers = { "+local+" = tokens }\n}",
				"data.zitadel_access_token.this.", "module.token.")
			at := filepath.Join(c.folder, "token")
			if err := os.Mkdir(at, 0o700); err != nil {
				t.Fatal(err)
			}
			file(t, at, "main.tf", []byte(strings.Replace(requiredProviders, "zitadel", local, 1)+`
data "zitadel_access_token" "this" {
  provider = `+local+`
}

output "access_token" {
  value     = data.zitadel_access_token.this.access_token
  sensitive = true
}
`))
			if refused != "" {
				if output, err := c.run("init", "-no-color"); err == nil || !hasAll(output, refused) {
					t.Errorf("%v\n%s", err, output)
				}
				return
			}
			c.install()
			if output := c.must("apply", "-no-color", "-auto-approve"); !hasAll(output, `"ACME"`) {
				t.Error(output)
			}
		})
	}
}
