package provider_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// The tests named TestAcc run through the CLI, against the built-in issuer or
// the live instance that ZITADEL_TEST_ISSUER names.

var servers = map[string]func() (tfprotov6.ProviderServer, error){
	"zitadel": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test")(), nil },
	"echo":    echoprovider.NewProviderServer(),
}

// accept runs steps that all have the instance's provider block.
func (i *instance) accept(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	for n := range steps {
		steps[n].Config = i.providerBlock(t) + steps[n].Config
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: servers, Steps: steps})
}

func (i *instance) providerBlock(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("provider \"zitadel\" {\n  issuer = %q\n  %s\n}\n", i.get(t, "ZITADEL_TEST_ISSUER"), i.connect())
}

// connect is how a live instance is reached, as arguments of the provider.
func (i *instance) connect() string {
	arguments := ""
	if at := os.Getenv("ZITADEL_TEST_CONNECT_URL"); i.builtin == nil && at != "" {
		arguments += fmt.Sprintf("connect_url = %q\n", at)
	}
	if strings.HasPrefix(os.Getenv("ZITADEL_TEST_ISSUER"), "http://") {
		arguments += "insecure = true\n"
	}
	return arguments
}

func at(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func secret(address, attribute string) statecheck.StateCheck {
	return statecheck.ExpectSensitiveValue(address, tfjsonpath.New(attribute))
}

var instantPattern = knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))

func TestAccAccessToken(t *testing.T) {
	for name, c := range map[string]struct {
		credentials func(*testing.T, *instance) string
		format      string
	}{
		"opaque": {keyFile("ZITADEL_TEST_SERVICE_KEY_FILE"), "opaque"},
		"jwt":    {keyFile("ZITADEL_TEST_SERVICE_JWT_KEY_FILE"), "jwt"},
		"client credentials": {func(t *testing.T, i *instance) string {
			return fmt.Sprintf("{ client_id = %q, client_secret = %s }", i.get(t, "ZITADEL_TEST_SERVICE_CLIENT_ID"), i.hidden(t, "ZITADEL_TEST_SERVICE_CLIENT_SECRET"))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			const address = "data.zitadel_access_token.this"
			i := anInstance(t)
			format := knownvalue.StringRegexp(regexp.MustCompile("^(jwt|opaque)$"))
			if c.format != "" {
				format = knownvalue.StringRegexp(regexp.MustCompile("^" + c.format + "$"))
			}
			i.accept(t, resource.TestStep{
				Config: fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = %s\n  project_ids = [%q]\n}\n", c.credentials(t, i), i.get(t, "ZITADEL_TEST_PROJECT_ID")),
				ConfigStateChecks: []statecheck.StateCheck{
					at(address, "access_token", knownvalue.NotNull()), secret(address, "access_token"),
					at(address, "id_token", knownvalue.NotNull()), secret(address, "id_token"),
					at(address, "token_type", knownvalue.StringExact("Bearer")),
					at(address, "token_format", format),
					at(address, "issued_at", instantPattern), at(address, "expires_at", instantPattern),
					at(address, "expires_in", knownvalue.NotNull()),
					at(address, "credentials", knownvalue.Null()),
				},
			})
		})
	}
}

func keyFile(variable string) func(*testing.T, *instance) string {
	return func(t *testing.T, i *instance) string {
		t.Helper()
		return fmt.Sprintf("{ key_file = %q }", i.get(t, variable))
	}
}

// An assertion that the provider signed is good for a token.
func TestAccClientAssertion(t *testing.T) {
	const address = "data.zitadel_client_assertion.this"
	i := anInstance(t)
	i.accept(t, resource.TestStep{
		Config: fmt.Sprintf(`
data "zitadel_client_assertion" "this" {
  credentials = { key_file = %q }
  lifetime    = "5m"
}

data "zitadel_access_token" "this" {
  credentials = { assertion = data.zitadel_client_assertion.this.assertion }
}
`, i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE")),
		ConfigStateChecks: []statecheck.StateCheck{
			at(address, "assertion", knownvalue.NotNull()), secret(address, "assertion"),
			at(address, "assertion_type", knownvalue.StringExact("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
			at(address, "subject", knownvalue.NotNull()), at(address, "key_id", knownvalue.NotNull()),
			at(address, "issued_at", instantPattern), at(address, "expires_at", instantPattern),
			at(address, "credentials", knownvalue.Null()),
			at("data.zitadel_access_token.this", "access_token", knownvalue.NotNull()),
			at("data.zitadel_access_token.this", "credentials", knownvalue.Null()),
		},
	})
}

// Wrong credentials are refused with a reason: by the provider where it can
// tell, by ZITADEL otherwise.
func TestAccRefused(t *testing.T) {
	for name, c := range map[string]struct {
		block func(*testing.T, *instance) string
		error string
	}{
		"application key for a token": {func(t *testing.T, i *instance) string {
			return fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = { key_file = %q }\n}\n", i.get(t, "ZITADEL_TEST_API_KEY_FILE"))
		}, `(?s)Unable to get access token.*application key cannot ask`},
		"service key for introspection": {func(t *testing.T, i *instance) string {
			return fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = \"a\"\n  credentials = { key_file = %q }\n}\n", i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"))
		}, `(?s)Unable to introspect token.*service account key cannot`},
		"wrong secret of a service account": {func(t *testing.T, i *instance) string {
			return fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = { client_id = %q, client_secret = \"wrong\" }\n}\n", i.get(t, "ZITADEL_TEST_SERVICE_CLIENT_ID"))
		}, `(?s)Unable to get access token.*status\s+400.*client\s+secret\s+is\s+not\s+the\s+current\s+secret`},
		"no such service account": {func(*testing.T, *instance) string {
			return "data \"zitadel_access_token\" \"this\" {\n  credentials = { client_id = \"nobody-of-this-name\", client_secret = \"wrong\" }\n}\n"
		}, `(?s)Unable to get access token.*No\s+service\s+account\s+has\s+this\s+name`},
		"wrong secret of an application": {func(t *testing.T, i *instance) string {
			return fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = \"a\"\n  credentials = { client_id = %q, client_secret = \"wrong\" }\n}\n", i.get(t, "ZITADEL_TEST_API_CLIENT_ID"))
		}, `(?s)Unable to introspect token.*not\s+an\s+active\s+API\s+application`},
		"key of another account": {func(t *testing.T, i *instance) string {
			key := with(t, []byte(text(t, i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"))), object{"keyId": "1"})
			return fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = { key_file = %q }\n}\n", file(t, t.TempDir(), "key.json", []byte(key)))
		}, `(?s)Unable to get access token.*(invalid_grant|server_error).*Key\s+1\s+of\s+the\s+service\s+account`},
	} {
		t.Run(name, func(t *testing.T) {
			i := anInstance(t)
			i.accept(t, resource.TestStep{Config: c.block(t, i), ExpectError: regexp.MustCompile(c.error)})
		})
	}
}

// What the provider needs may be known only after apply: then depends_on makes
// the data source wait, and without it the error says so.
func TestAccDeferred(t *testing.T) {
	i := anInstance(t)
	config := func(wait string) string {
		return fmt.Sprintf(`
resource "terraform_data" "issuer" {
  input = %q
}

provider "zitadel" {
  issuer = terraform_data.issuer.output
  %s
}

data "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  %s
}
`, i.get(t, "ZITADEL_TEST_ISSUER"), i.connect(), i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), wait)
	}
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: servers, Steps: []resource.TestStep{
		{Config: config(""), ExpectError: regexp.MustCompile(`(?s)argument\s+issuer\s+is\s+known\s+only\s+after\s+apply.*depends_on`)},
		{
			Config: config("depends_on = [terraform_data.issuer]"),
			ConfigStateChecks: []statecheck.StateCheck{
				at("data.zitadel_access_token.this", "access_token", knownvalue.NotNull()),
				at("data.zitadel_access_token.this", "credentials", knownvalue.Null()),
			},
		},
	}})
}
