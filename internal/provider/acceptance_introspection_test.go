package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

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
