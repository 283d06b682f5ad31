package provider_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// introspectionConfig returns a configuration that introspects a token of a service
// account.
func introspectionConfig(t *testing.T, i *acctest.Instance, serviceKey, application, rules string) string {
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
`, i.Get(t, serviceKey), i.Get(t, "ZITADEL_TEST_PROJECT_ID"), application, rules)
}

func TestAccIntrospection(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	const address = "data.zitadel_introspection.this"
	const opaque, jwt = "ZITADEL_TEST_SERVICE_KEY_FILE", "ZITADEL_TEST_SERVICE_JWT_KEY_FILE"
	for name, c := range map[string]struct {
		application func(*testing.T, *acctest.Instance) string
		service     string
	}{
		"API key":      {acctest.KeyFileCredentials("ZITADEL_TEST_API_KEY_FILE"), opaque},
		"API key, JWT": {acctest.KeyFileCredentials("ZITADEL_TEST_API_KEY_FILE"), jwt},
		"API secret":   {acctest.SecretCredentials("ZITADEL_TEST_API"), jwt},
		"OIDC key":     {acctest.KeyFileCredentials("ZITADEL_TEST_OIDC_KEY_FILE"), jwt},
		"OIDC secret":  {acctest.SecretCredentials("ZITADEL_TEST_OIDC"), opaque},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.NewInstance(t)
			project := i.Get(t, "ZITADEL_TEST_PROJECT_ID")
			i.TestSteps(t, providerServers, resource.TestStep{
				Config: introspectionConfig(t, i, c.service, c.application(t, i), fmt.Sprintf("required_roles = [\"reader\", \"writer\"]\n  required_audience = [%q]\n  required_scopes = [\"openid\"]", project)),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.ExpectValue(address, "active", knownvalue.Bool(true)), acctest.ExpectValue(address, "valid", knownvalue.Bool(true)),
					acctest.ExpectValue(address, "failures", knownvalue.ListSizeExact(0)),
					acctest.ExpectValue(address, "roles", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("reader"), knownvalue.StringExact("writer")})),
					acctest.ExpectValue(address, "roles_by_project", knownvalue.MapPartial(map[string]knownvalue.Check{project: knownvalue.MapPartial(map[string]knownvalue.Check{"reader": knownvalue.NotNull()})})),
					acctest.ExpectValue(address, "audience", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact(project)})),
					acctest.ExpectValue(address, "scopes", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("openid")})),
					acctest.ExpectValue(address, "issuer", knownvalue.StringExact(i.Get(t, "ZITADEL_TEST_ISSUER"))),
					acctest.ExpectValue(address, "client_id", knownvalue.NotNull()), acctest.ExpectValue(address, "subject", knownvalue.NotNull()),
					acctest.ExpectValue(address, "username", knownvalue.NotNull()), acctest.ExpectSensitive(address, "username"),
					acctest.ExpectValue(address, "claims_json", knownvalue.NotNull()), acctest.ExpectSensitive(address, "claims_json"),
					acctest.ExpectValue(address, "metadata", knownvalue.NotNull()), acctest.ExpectSensitive(address, "metadata"),
					acctest.ExpectValue(address, "resource_owner", knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": knownvalue.NotNull(), "name": knownvalue.NotNull(), "primary_domain": knownvalue.NotNull()})),
					acctest.ExpectValue(address, "jwt_id", knownvalue.NotNull()), acctest.ExpectValue(address, "token_type", knownvalue.StringExact("Bearer")),
					acctest.ExpectValue(address, "issued_at", acctest.UTCTime), acctest.ExpectValue(address, "not_before", acctest.UTCTime),
					acctest.ExpectValue(address, "expires_at", acctest.UTCTime), acctest.ExpectValue(address, "auth_time", acctest.UTCTime),
					acctest.ExpectValue(address, "expires_in", knownvalue.NotNull()),
					acctest.ExpectValue(address, "token", knownvalue.Null()), acctest.ExpectValue(address, "credentials", knownvalue.Null()),
				},
			})
		})
	}
}

// expectFailure checks that an introspection has exactly one failure, with a code and a
// detail that matches a regular expression.
func expectFailure(code, detail string) []statecheck.StateCheck {
	const address = "data.zitadel_introspection.this"
	return []statecheck.StateCheck{
		acctest.ExpectValue(address, "valid", knownvalue.Bool(false)),
		acctest.ExpectValue(address, "failures", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"code": knownvalue.StringExact(code), "detail": knownvalue.StringRegexp(regexp.MustCompile(detail)),
		})})),
	}
}

// readClientID returns the client ID in the key file of an application.
func readClientID(t *testing.T, path string) string {
	t.Helper()
	var application struct {
		ClientID string `json:"clientId"`
	}
	if err := json.Unmarshal([]byte(acctest.ReadFile(t, path)), &application); err != nil {
		t.Fatal(err)
	}
	return application.ClientID
}

func TestAccIntrospectionOfInactive(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	for _, service := range []string{"ZITADEL_TEST_SERVICE_KEY_FILE", "ZITADEL_TEST_SERVICE_JWT_KEY_FILE"} {
		subtests.Run(service, func(t *testing.T) {
			const address = "data.zitadel_introspection.this"
			i := acctest.NewInstance(t)
			application := readClientID(t, i.Get(t, "ZITADEL_TEST_OTHER_API_KEY_FILE"))
			credentials := acctest.KeyFileCredentials("ZITADEL_TEST_OTHER_API_KEY_FILE")(t, i)
			i.TestSteps(t, providerServers, resource.TestStep{
				Config: introspectionConfig(t, i, service, credentials, `required_roles = ["reader"]`),
				ConfigStateChecks: append(expectFailure("inactive", application),
					acctest.ExpectValue(address, "active", knownvalue.Bool(false)),
					acctest.ExpectValue(address, "roles", knownvalue.SetSizeExact(0)), acctest.ExpectValue(address, "scopes", knownvalue.SetSizeExact(0)),
					acctest.ExpectValue(address, "metadata", knownvalue.MapSizeExact(0)), acctest.ExpectValue(address, "subject", knownvalue.Null()),
					acctest.ExpectValue(address, "claims_json", knownvalue.Null()),
				),
			})
		})
	}
}

func TestAccIntrospectionOfPAT(t *testing.T) {
	const address = "data.zitadel_introspection.this"
	i := acctest.NewInstance(t)
	config := func(rules string) string {
		return fmt.Sprintf("data \"zitadel_introspection\" \"this\" {\n  token = %s\n  credentials = { key_file = %q }\n  %s\n}\n",
			i.FileExpression(t, "ZITADEL_TEST_SERVICE_PAT"), i.Get(t, "ZITADEL_TEST_API_KEY_FILE"), rules)
	}
	i.TestSteps(t, providerServers,
		resource.TestStep{
			Config: config(`required_roles = ["reader", "writer"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.ExpectValue(address, "valid", knownvalue.Bool(true)), acctest.ExpectValue(address, "client_id", knownvalue.Null()), acctest.ExpectValue(address, "auth_time", knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config:            config(fmt.Sprintf("required_audience = [%q]", i.Get(t, "ZITADEL_TEST_PROJECT_ID"))),
			ConfigStateChecks: expectFailure("missing_audience", regexp.QuoteMeta(textOf("audience-of-personal-access-token"))),
		},
	)
}

// A scope for a role is not a grant: a user without grants has no roles.
func TestAccIntrospectionWithoutGrant(t *testing.T) {
	i := acctest.NewInstance(t)
	config := strings.Replace(
		introspectionConfig(t, i, "ZITADEL_TEST_SERVICE_NOGRANT_KEY_FILE", acctest.KeyFileCredentials("ZITADEL_TEST_API_KEY_FILE")(t, i), `required_roles = ["reader"]`),
		`"profile"`, `"urn:zitadel:iam:org:project:role:reader"`, 1)
	i.TestSteps(t, providerServers,
		resource.TestStep{Config: config, ConfigStateChecks: append(expectFailure("missing_role", "reader"), acctest.ExpectValue("data.zitadel_introspection.this", "roles", knownvalue.SetSizeExact(0)))},
		resource.TestStep{
			Config:      strings.Replace(config, `required_roles = ["reader"]`, "required_roles = [\"reader\"]\n  fail_when_invalid = true", 1),
			ExpectError: printed(unableTo("accept token"), "missing_role: ", `"reader"`, "[roles-missing]"),
		},
	)
}
