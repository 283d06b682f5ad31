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
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

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

// introspectionOf is a token of the service account and its introspection.
func (i *instance) introspectionOf(t *testing.T, serviceKey, application, rules string) string {
	t.Helper()
	return fmt.Sprintf(`
data "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
  scopes      = ["openid", "profile", "urn:zitadel:iam:user:resourceowner"]
}

data "zitadel_introspection" "this" {
  token       = data.zitadel_access_token.this.access_token
  credentials = %s
  %s
}
`, i.get(t, serviceKey), i.get(t, "ZITADEL_TEST_PROJECT_ID"), application, rules)
}

func TestAccIntrospection(t *testing.T) {
	const address = "data.zitadel_introspection.this"
	secretOf := func(prefix string) func(*testing.T, *instance) string {
		return func(t *testing.T, i *instance) string {
			t.Helper()
			return fmt.Sprintf("{ client_id = %q, client_secret = %s }", i.get(t, prefix+"_CLIENT_ID"), i.hidden(t, prefix+"_CLIENT_SECRET"))
		}
	}
	const opaque, jwt = "ZITADEL_TEST_SERVICE_KEY_FILE", "ZITADEL_TEST_SERVICE_JWT_KEY_FILE"
	for name, c := range map[string]struct {
		application func(*testing.T, *instance) string
		service     string
	}{
		"API key":      {keyFile("ZITADEL_TEST_API_KEY_FILE"), opaque},
		"API key, JWT": {keyFile("ZITADEL_TEST_API_KEY_FILE"), jwt},
		"API secret":   {secretOf("ZITADEL_TEST_API"), jwt},
		"OIDC key":     {keyFile("ZITADEL_TEST_OIDC_KEY_FILE"), jwt},
		"OIDC secret":  {secretOf("ZITADEL_TEST_OIDC"), opaque},
	} {
		t.Run(name, func(t *testing.T) {
			i := anInstance(t)
			project := i.get(t, "ZITADEL_TEST_PROJECT_ID")
			i.accept(t, resource.TestStep{
				Config: i.introspectionOf(t, c.service, c.application(t, i), fmt.Sprintf("required_roles = [\"reader\", \"writer\"]\n  required_audience = [%q]\n  required_scopes = [\"openid\"]", project)),
				ConfigStateChecks: []statecheck.StateCheck{
					at(address, "active", knownvalue.Bool(true)), at(address, "valid", knownvalue.Bool(true)),
					at(address, "failures", knownvalue.ListSizeExact(0)),
					at(address, "roles", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("reader"), knownvalue.StringExact("writer")})),
					at(address, "roles_by_project", knownvalue.MapPartial(map[string]knownvalue.Check{project: knownvalue.MapPartial(map[string]knownvalue.Check{"reader": knownvalue.NotNull()})})),
					at(address, "audience", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact(project)})),
					at(address, "scopes", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("openid")})),
					at(address, "issuer", knownvalue.StringExact(i.get(t, "ZITADEL_TEST_ISSUER"))),
					at(address, "client_id", knownvalue.NotNull()), at(address, "subject", knownvalue.NotNull()),
					at(address, "username", knownvalue.NotNull()), secret(address, "username"),
					at(address, "claims_json", knownvalue.NotNull()), secret(address, "claims_json"),
					at(address, "metadata", knownvalue.NotNull()), secret(address, "metadata"),
					at(address, "resource_owner", knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": knownvalue.NotNull(), "name": knownvalue.NotNull(), "primary_domain": knownvalue.NotNull()})),
					at(address, "jwt_id", knownvalue.NotNull()), at(address, "token_type", knownvalue.StringExact("Bearer")),
					at(address, "issued_at", instantPattern), at(address, "not_before", instantPattern),
					at(address, "expires_at", instantPattern), at(address, "auth_time", instantPattern),
					at(address, "expires_in", knownvalue.NotNull()),
					at(address, "token", knownvalue.Null()), at(address, "credentials", knownvalue.Null()),
				},
			})
		})
	}
}

// failed expects an introspection that is not valid for one reason.
func failed(code, detail string) []statecheck.StateCheck {
	const address = "data.zitadel_introspection.this"
	return []statecheck.StateCheck{
		at(address, "valid", knownvalue.Bool(false)),
		at(address, "failures", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"code": knownvalue.StringExact(code), "detail": knownvalue.StringRegexp(regexp.MustCompile(detail)),
		})})),
	}
}

func TestAccIntrospectionOfInactive(t *testing.T) {
	for _, service := range []string{"ZITADEL_TEST_SERVICE_KEY_FILE", "ZITADEL_TEST_SERVICE_JWT_KEY_FILE"} {
		t.Run(service, func(t *testing.T) {
			const address = "data.zitadel_introspection.this"
			i := anInstance(t)
			i.accept(t, resource.TestStep{
				Config: i.introspectionOf(t, service, keyFile("ZITADEL_TEST_OTHER_API_KEY_FILE")(t, i), `required_roles = ["reader"]`),
				ConfigStateChecks: append(failed("inactive", "urn:zitadel:iam:org:project:id:"),
					at(address, "active", knownvalue.Bool(false)),
					at(address, "roles", knownvalue.SetSizeExact(0)), at(address, "scopes", knownvalue.SetSizeExact(0)),
					at(address, "metadata", knownvalue.MapSizeExact(0)), at(address, "subject", knownvalue.Null()),
					at(address, "claims_json", knownvalue.Null()),
				),
			})
		})
	}
}

func TestAccIntrospectionOfPAT(t *testing.T) {
	const address = "data.zitadel_introspection.this"
	i := anInstance(t)
	config := func(rules string) string {
		return fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = %s\n  credentials = { key_file = %q }\n  %s\n}\n",
			i.hidden(t, "ZITADEL_TEST_SERVICE_PAT"), i.get(t, "ZITADEL_TEST_API_KEY_FILE"), rules)
	}
	i.accept(t,
		resource.TestStep{
			Config: config(`required_roles = ["reader", "writer"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				at(address, "valid", knownvalue.Bool(true)), at(address, "client_id", knownvalue.Null()), at(address, "auth_time", knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config:            config(fmt.Sprintf("required_audience = [%q]", i.get(t, "ZITADEL_TEST_PROJECT_ID"))),
			ConfigStateChecks: failed("missing_audience", "personal access token"),
		},
	)
}

// A role in the scope is no grant: the user without any has none.
func TestAccIntrospectionWithoutGrant(t *testing.T) {
	i := anInstance(t)
	config := strings.Replace(
		i.introspectionOf(t, "ZITADEL_TEST_SERVICE_NOGRANT_KEY_FILE", keyFile("ZITADEL_TEST_API_KEY_FILE")(t, i), `required_roles = ["reader"]`),
		`"profile"`, `"urn:zitadel:iam:org:project:role:reader"`, 1)
	i.accept(t,
		resource.TestStep{Config: config, ConfigStateChecks: append(failed("missing_role", "reader"), at("data.zitadel_introspection.this", "roles", knownvalue.SetSizeExact(0)))},
		resource.TestStep{
			Config:      strings.Replace(config, `required_roles = ["reader"]`, "required_roles = [\"reader\"]\n  fail_when_invalid = true", 1),
			ExpectError: regexp.MustCompile(`(?s)Unable to accept token.*missing_role`),
		},
	)
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

// The ephemeral twins give the same, and hand it on.
func TestAccEphemeral(t *testing.T) {
	i := anInstance(t)
	config := i.providerBlock(t) + fmt.Sprintf(`
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
}

ephemeral "zitadel_introspection" "this" {
  token          = ephemeral.zitadel_access_token.this.access_token
  credentials    = { key_file = %q }
  required_roles = ["reader"]
}

ephemeral "zitadel_client_assertion" "this" {
  credentials = { key_file = %q }
}

provider "echo" {
  data = {
    valid = ephemeral.zitadel_introspection.this.valid
    roles = ephemeral.zitadel_introspection.this.roles
    type  = ephemeral.zitadel_client_assertion.this.assertion_type
  }
}

resource "echo" "this" {}
`, i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), i.get(t, "ZITADEL_TEST_PROJECT_ID"), i.get(t, "ZITADEL_TEST_API_KEY_FILE"), i.get(t, "ZITADEL_TEST_API_KEY_FILE"))
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
		ProtoV6ProviderFactories: servers,
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("valid"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("type"), knownvalue.StringExact("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("roles"), knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("reader")})),
			},
		}},
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
		}, `(?s)Unable to get access token.*status\s+400.*client\s+secret\s+is\s+not\s+the\s+one`},
		"no such service account": {func(*testing.T, *instance) string {
			return "data \"zitadel_access_token\" \"this\" {\n  credentials = { client_id = \"nobody-of-this-name\", client_secret = \"wrong\" }\n}\n"
		}, `(?s)Unable to get access token.*No\s+service\s+account\s+has\s+this\s+name`},
		"wrong secret of an application": {func(t *testing.T, i *instance) string {
			return fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = \"a\"\n  credentials = { client_id = %q, client_secret = \"wrong\" }\n}\n", i.get(t, "ZITADEL_TEST_API_CLIENT_ID"))
		}, `(?s)Unable to introspect token.*no\s+active\s+API\s+application`},
		"key of another account": {func(t *testing.T, i *instance) string {
			key := with(t, []byte(text(t, i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"))), object{"keyId": "1"})
			return fmt.Sprintf("data \"zitadel_access_token\" \"this\" {\n  credentials = { key_file = %q }\n}\n", file(t, t.TempDir(), "key.json", []byte(key)))
		}, `(?s)Unable to get access token.*invalid_grant.*Key\s+1\s+of\s+the\s+service\s+account`},
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

// A JWT is verified here, without asking about it.
func TestAccTokenVerification(t *testing.T) {
	const address = "data.zitadel_token_verification.this"
	i := anInstance(t)
	project := i.get(t, "ZITADEL_TEST_PROJECT_ID")
	config := func(service string) string {
		return fmt.Sprintf(`
data "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
  scopes      = ["openid", "urn:zitadel:iam:org:projects:roles"]
}

data "zitadel_token_verification" "this" {
  token             = data.zitadel_access_token.this.access_token
  project_id        = %q
  required_roles    = ["reader", "writer"]
  required_audience = [%q]
  leeway            = "10s"
}
`, i.get(t, service), project, project, project)
	}
	i.accept(t,
		resource.TestStep{Config: config("ZITADEL_TEST_SERVICE_JWT_KEY_FILE"), ConfigStateChecks: []statecheck.StateCheck{
			at(address, "valid", knownvalue.Bool(true)), at(address, "failures", knownvalue.ListSizeExact(0)),
			at(address, "roles", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("reader"), knownvalue.StringExact("writer")})),
			at(address, "issuer", knownvalue.StringExact(i.get(t, "ZITADEL_TEST_ISSUER"))), at(address, "subject", knownvalue.NotNull()),
			at(address, "expires_at", instantPattern), at(address, "header_json", knownvalue.NotNull()), at(address, "token", knownvalue.Null()),
			secret(address, "claims_json"),
		}},
		resource.TestStep{Config: config("ZITADEL_TEST_SERVICE_KEY_FILE"), ConfigStateChecks: []statecheck.StateCheck{
			at(address, "valid", knownvalue.Bool(false)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("failures").AtSliceIndex(0).AtMapKey("code"), knownvalue.StringExact("opaque_token")),
		}},
	)
}

func TestAccUserinfo(t *testing.T) {
	const address = "data.zitadel_userinfo.this"
	i := anInstance(t)
	i.accept(t, resource.TestStep{
		Config: fmt.Sprintf("data \"zitadel_userinfo\" \"this\" {\n  token = %s\n}\n", i.hidden(t, "ZITADEL_TEST_SERVICE_PAT")),
		ConfigStateChecks: []statecheck.StateCheck{
			at(address, "subject", knownvalue.NotNull()), at(address, "username", knownvalue.NotNull()), secret(address, "username"),
			at(address, "resource_owner", knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": knownvalue.NotNull()})),
			at(address, "token", knownvalue.Null()), secret(address, "claims_json"),
		},
	})
}

func TestAccTokenExchange(t *testing.T) {
	const address = "data.zitadel_token_exchange.this"
	i := anInstance(t)
	i.accept(t, resource.TestStep{
		Config: fmt.Sprintf(`
data "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
  scopes      = ["openid"]
}

data "zitadel_token_exchange" "this" {
  subject_token        = data.zitadel_access_token.this.access_token
  requested_token_type = "jwt"
  scopes               = ["openid"]
  credentials          = { client_id = %q, client_secret = %s }
}
`, i.get(t, "ZITADEL_TEST_SERVICE_KEY_FILE"), i.get(t, "ZITADEL_TEST_PROJECT_ID"), i.get(t, "ZITADEL_TEST_OIDC_CLIENT_ID"), i.hidden(t, "ZITADEL_TEST_OIDC_CLIENT_SECRET")),
		ConfigStateChecks: []statecheck.StateCheck{
			at(address, "access_token", knownvalue.NotNull()), secret(address, "access_token"),
			at(address, "token_format", knownvalue.StringExact("jwt")), at(address, "issued_token_type", knownvalue.StringExact("jwt")),
			at(address, "granted_scopes", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("openid")})),
			at(address, "subject_token", knownvalue.Null()), at(address, "credentials", knownvalue.Null()),
		},
	})
}

func TestAccDiscovery(t *testing.T) {
	i := anInstance(t)
	url := i.get(t, "ZITADEL_TEST_ISSUER")
	i.accept(t, resource.TestStep{
		Config: "data \"zitadel_openid_configuration\" \"this\" {}\n\ndata \"zitadel_jwks\" \"this\" {}\n",
		ConfigStateChecks: []statecheck.StateCheck{
			at("data.zitadel_openid_configuration.this", "issuer", knownvalue.StringExact(url)),
			at("data.zitadel_openid_configuration.this", "token_endpoint", knownvalue.StringExact(url+"/oauth/v2/token")),
			at("data.zitadel_openid_configuration.this", "document_json", knownvalue.NotNull()),
			statecheck.ExpectKnownValue("data.zitadel_jwks.this", tfjsonpath.New("keys").AtSliceIndex(0).AtMapKey("public_key_pem"), knownvalue.StringRegexp(regexp.MustCompile("^-----BEGIN PUBLIC KEY-----\n"))),
			statecheck.ExpectKnownValue("data.zitadel_jwks.this", tfjsonpath.New("keys").AtSliceIndex(0).AtMapKey("kid"), knownvalue.NotNull()),
		},
	})
}

func TestAccKeyInfo(t *testing.T) {
	const address = "data.zitadel_key_info.this"
	i := anInstance(t)
	i.accept(t, resource.TestStep{
		Config: fmt.Sprintf("data \"zitadel_key_info\" \"this\" {\n  key_file = %q\n}\n", i.get(t, "ZITADEL_TEST_API_KEY_FILE")),
		ConfigStateChecks: []statecheck.StateCheck{
			at(address, "type", knownvalue.StringExact("application")), at(address, "client_id", knownvalue.NotNull()),
			at(address, "user_id", knownvalue.Null()), at(address, "jwk_thumbprint", knownvalue.NotNull()),
		},
	})
}

// The run ends, the token ends: it is asked about from outside.
func TestAccRevocation(t *testing.T) {
	revokers := map[string]func(*testing.T, *instance) string{
		"key": keyFile("ZITADEL_TEST_OIDC_KEY_FILE"),
		"secret": func(t *testing.T, i *instance) string {
			t.Helper()
			return fmt.Sprintf("{ client_id = %q, client_secret = %s }", i.get(t, "ZITADEL_TEST_OIDC_CLIENT_ID"), i.hidden(t, "ZITADEL_TEST_OIDC_CLIENT_SECRET"))
		},
	}
	for by, revoker := range revokers {
		for _, service := range []string{"ZITADEL_TEST_SERVICE_KEY_FILE", "ZITADEL_TEST_SERVICE_JWT_KEY_FILE"} {
			t.Run(by+"/"+service, func(t *testing.T) {
				i := anInstance(t)
				introspect := fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = echo.this.data\n  credentials = { key_file = %q }\n}\n", i.get(t, "ZITADEL_TEST_API_KEY_FILE"))
				resource.ParallelTest(t, resource.TestCase{
					TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
					ProtoV6ProviderFactories: servers,
					Steps: []resource.TestStep{
						{
							Config: i.providerBlock(t) + fmt.Sprintf(`
ephemeral "zitadel_access_token" "this" {
  credentials = { key_file = %q }
  project_ids = [%q]
  revoke_with = %s
}

provider "echo" {
  data = ephemeral.zitadel_access_token.this.access_token
}

resource "echo" "this" {}
`, i.get(t, service), i.get(t, "ZITADEL_TEST_PROJECT_ID"), revoker(t, i)),
							ConfigStateChecks: []statecheck.StateCheck{at("echo.this", "data", knownvalue.NotNull())},
						},
						// The echo keeps the token of the run before.
						{
							Config:            i.providerBlock(t) + "provider \"echo\" {\n  data = null\n}\n\nresource \"echo\" \"this\" {}\n" + introspect,
							ConfigStateChecks: append(failed("inactive", "revoked"), at("data.zitadel_introspection.this", "active", knownvalue.Bool(false))),
						},
					},
				})
			})
		}
	}
}
