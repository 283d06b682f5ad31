package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// What zitadel/zitadel says of an unknown token, and its stand-in too.
const noToken = "either 'access_token', 'jwt_file', 'jwt_profile_file' or 'jwt_profile_json' is required"

// beside are the examples in which our token configures the official provider,
// by the kind of block that it comes from.
var beside = map[string]string{"data source": "feed-zitadel", "ephemeral": "beside-the-official-provider"}

// newBeside is a workspace with such an example, installed as users do, in which
// parts of the text are replaced.
func newBeside(t *testing.T, i *optest.Issuer, kind string, replace ...string) *workspace {
	t.Helper()
	c := newWorkspace(t, exampleEnvironment(t, i)...)
	if err := os.CopyFS(c.folder, os.DirFS(filepath.Join("..", "..", "examples", "guides", beside[kind]))); err != nil {
		t.Fatal(err)
	}
	before := text(t, filepath.Join(c.folder, "main.tf"))
	after := strings.NewReplacer(replace...).Replace(before)
	if after == before && len(replace) > 0 {
		t.Fatalf("nothing to replace in\n%s", before)
	}
	file(t, c.folder, "main.tf", []byte(after))
	c.install()
	return c
}

// Two providers whose types all begin with zitadel_: ours under another local
// name, and our token in the configuration of the other one at plan time.
func TestAccBesideOfficialProvider(t *testing.T) {
	for kind := range beside {
		t.Run(kind, func(t *testing.T) {
			i := issuer(t)
			c := newBeside(t, i, kind, "data.zitadel_org.this.name", "\"${data.zitadel_org.this.name} ${provider::tokens::project_role_scope(\"a\")}\"")
			before := i.Requests(optest.Token)
			c.must("plan", "-no-color")
			if asked, used := i.Requests(optest.Token)-before, i.Requests(optest.UserInfo); asked != 1 || used != 1 {
				t.Errorf("in the plan a token was asked for %d times, and used %d times", asked, used)
			}
			if output := c.must("apply", "-no-color", "-auto-approve"); !hasAll(output, `"ACME urn:zitadel:iam:org:project:role:a"`) {
				t.Error(output)
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
			if output, err := newBeside(t, issuer(t), c.kind, c.replace...).run("validate", "-no-color"); err == nil || !hasAll(flat(output), c.want...) {
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
			c := newBeside(t, i, kind, "id = var.organization_id\n", "id = var.organization_id\n  depends_on = [terraform_data.first]\n", "output \"organization\"", "resource \"terraform_data\" \"first\" {}\n\noutput \"organization\"")
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
			if err == nil || !hasAll(output, "the token is not accepted") {
				t.Errorf("%v\n%s", err, output)
			}
			if output := c.must("apply", "-no-color", "-auto-approve"); !hasAll(output, `"ACME"`) { // a new plan, a new token
				t.Error(output)
			}
		})
	}
}
