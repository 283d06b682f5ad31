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

// introspectionConfig returns a configuration that requests a service account token and introspects
// it. Both blocks have the given name. serviceKey is the name of the variable that contains the path of
// the service account's key file, application is an object with the application's credentials, and
// rules contains further arguments of the introspection.
func introspectionConfig(t *testing.T, i *acctest.Instance, name, serviceKey, application, rules string) string {
	t.Helper()
	return fmt.Sprintf(`
data "zitadel_access_token" %[1]q {
  credentials = { key_file = %[2]q }
  project_ids = [%[3]q]
  scopes      = ["openid", "profile", "urn:zitadel:iam:user:resourceowner"]
}

data "zitadel_introspection" %[1]q {
  token       = data.zitadel_access_token.%[1]s.access_token
  credentials = %[4]s
  %[5]s
}
`, name, i.Get(t, serviceKey), i.Get(t, "ZITADEL_TEST_PROJECT_ID"), application, rules)
}

// TestAccIntrospection introspects opaque and JWT access tokens with each kind of application
// credentials. All subtests share one configuration, because running the CLI is slow.
func TestAccIntrospection(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	const opaque, jwt = "ZITADEL_TEST_SERVICE_KEY_FILE", "ZITADEL_TEST_SERVICE_JWT_KEY_FILE"
	i := acctest.NewInstance(t)
	var step resource.TestStep
	for name, c := range map[string]struct {
		application acctest.CredentialsFunc
		service     string
	}{
		"api_key":     {acctest.KeyFileCredentials("ZITADEL_TEST_API_KEY_FILE"), opaque},
		"api_key_jwt": {acctest.KeyFileCredentials("ZITADEL_TEST_API_KEY_FILE"), jwt},
		"api_secret":  {acctest.SecretCredentials("ZITADEL_TEST_API"), jwt},
		"oidc_key":    {acctest.KeyFileCredentials("ZITADEL_TEST_OIDC_KEY_FILE"), jwt},
		"oidc_secret": {acctest.SecretCredentials("ZITADEL_TEST_OIDC"), opaque},
	} {
		subtests.Run(name, func(sub *testing.T) {
			i.Require(sub, "ZITADEL_TEST_PROJECT_ID", c.service)
			c.application(sub, i)
			rules := fmt.Sprintf(`required_roles = ["reader", "writer"]
  required_audience = [%q]
  required_scopes = ["openid"]`, i.Get(t, "ZITADEL_TEST_PROJECT_ID"))
			step.Config += introspectionConfig(t, i, name, c.service, c.application(t, i), rules)
			step.ConfigStateChecks = append(step.ConfigStateChecks, expectValid(t, i, "data.zitadel_introspection."+name)...)
		})
	}
	if step.Config != "" {
		i.TestSteps(t, providerServers, step)
	}
}

// expectValid returns checks for all results of introspecting a valid token.
func expectValid(t *testing.T, i *acctest.Instance, address string) (checks []statecheck.StateCheck) {
	t.Helper()
	project := i.Get(t, "ZITADEL_TEST_PROJECT_ID")
	for attribute, want := range map[string]knownvalue.Check{
		"active":   knownvalue.Bool(true),
		"valid":    knownvalue.Bool(true),
		"failures": knownvalue.ListSizeExact(0),
		"roles": knownvalue.SetPartial(
			[]knownvalue.Check{knownvalue.StringExact("reader"), knownvalue.StringExact("writer")},
		),
		"roles_by_project": knownvalue.MapPartial(
			map[string]knownvalue.Check{
				project: knownvalue.MapPartial(map[string]knownvalue.Check{"reader": knownvalue.NotNull()}),
			},
		),
		"audience":    knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact(project)}),
		"scopes":      knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("openid")}),
		"issuer":      knownvalue.StringExact(i.Get(t, "ZITADEL_TEST_ISSUER")),
		"client_id":   knownvalue.NotNull(),
		"subject":     knownvalue.NotNull(),
		"username":    knownvalue.NotNull(),
		"claims_json": knownvalue.NotNull(),
		"metadata":    knownvalue.NotNull(),
		"resource_owner": knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"id": knownvalue.NotNull(), "name": knownvalue.NotNull(), "primary_domain": knownvalue.NotNull(),
		}),
		"jwt_id":      knownvalue.NotNull(),
		"token_type":  knownvalue.StringExact("Bearer"),
		"issued_at":   acctest.UTCTime,
		"not_before":  acctest.UTCTime,
		"expires_at":  acctest.UTCTime,
		"auth_time":   acctest.UTCTime,
		"expires_in":  knownvalue.NotNull(),
		"token":       knownvalue.Null(),
		"credentials": knownvalue.Null(),
	} {
		checks = append(checks, acctest.ExpectValue(address, attribute, want))
	}
	for _, attribute := range []string{"username", "claims_json", "metadata"} {
		checks = append(checks, acctest.ExpectSensitive(address, attribute))
	}
	return checks
}

// expectFailure returns checks that an introspection has exactly one failure, with the given code
// and with a detail that matches the regular expression detailPattern.
func expectFailure(address, code, detailPattern string) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		acctest.ExpectValue(address, "valid", knownvalue.Bool(false)),
		acctest.ExpectValue(
			address,
			"failures",
			knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
				"code": knownvalue.StringExact(code), "detail": knownvalue.StringRegexp(regexp.MustCompile(detailPattern)),
			})}),
		),
	}
}

// readClientID returns the client ID from the key file of an application.
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

// TestAccIntrospectionOfInactiveToken checks that introspection by an application in a different project
// reports the token as inactive.
func TestAccIntrospectionOfInactiveToken(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	i := acctest.NewInstance(t)
	var step resource.TestStep
	const application = "ZITADEL_TEST_OTHER_API_KEY_FILE"
	credentials := acctest.KeyFileCredentials(application)
	for name, service := range map[string]string{
		"opaque": "ZITADEL_TEST_SERVICE_KEY_FILE", "jwt": "ZITADEL_TEST_SERVICE_JWT_KEY_FILE",
	} {
		subtests.Run(name, func(sub *testing.T) {
			i.Require(sub, "ZITADEL_TEST_PROJECT_ID", application, service)
			address := "data.zitadel_introspection." + name
			step.Config += introspectionConfig(t, i, name, service, credentials(t, i), `required_roles = ["reader"]`)
			step.ConfigStateChecks = append(step.ConfigStateChecks,
				expectFailure(address, "inactive", readClientID(t, i.Get(t, application)))...)
			step.ConfigStateChecks = append(
				step.ConfigStateChecks,
				acctest.ExpectValue(address, "active", knownvalue.Bool(false)),
				acctest.ExpectValue(address, "roles", knownvalue.SetSizeExact(0)),
				acctest.ExpectValue(address, "scopes", knownvalue.SetSizeExact(0)),
				acctest.ExpectValue(address, "metadata", knownvalue.MapSizeExact(0)),
				acctest.ExpectValue(address, "subject", knownvalue.Null()),
				acctest.ExpectValue(address, "claims_json", knownvalue.Null()),
			)
		})
	}
	if step.Config != "" {
		i.TestSteps(t, providerServers, step)
	}
}

func TestAccIntrospectionOfPAT(t *testing.T) {
	const address = "data.zitadel_introspection.this"
	i := acctest.NewInstance(t)
	config := func(rules string) string {
		return fmt.Sprintf(
			"data \"zitadel_introspection\" \"this\" {\n  token = %s\n  credentials = { key_file = %q }\n  %s\n}\n",
			i.FileExpression(t, "ZITADEL_TEST_SERVICE_PAT"),
			i.Get(t, "ZITADEL_TEST_API_KEY_FILE"),
			rules,
		)
	}
	i.TestSteps(t, providerServers,
		resource.TestStep{
			Config: config(`required_roles = ["reader", "writer"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.ExpectValue(address, "valid", knownvalue.Bool(true)),
				acctest.ExpectValue(address, "client_id", knownvalue.Null()),
				acctest.ExpectValue(address, "auth_time", knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config: config(fmt.Sprintf("required_audience = [%q]", i.Get(t, "ZITADEL_TEST_PROJECT_ID"))),
			ConfigStateChecks: expectFailure(
				address,
				"missing_audience",
				regexp.QuoteMeta(textOf("audience-of-personal-access-token")),
			),
		},
	)
}

// TestAccIntrospectionWithoutGrant checks that requesting the scope of a role does not grant the role to
// a user without grants.
func TestAccIntrospectionWithoutGrant(t *testing.T) {
	i := acctest.NewInstance(t)
	config := strings.Replace(
		introspectionConfig(
			t,
			i,
			"this",
			"ZITADEL_TEST_SERVICE_NOGRANT_KEY_FILE",
			acctest.KeyFileCredentials("ZITADEL_TEST_API_KEY_FILE")(t, i),
			`required_roles = ["reader"]`,
		),
		`"profile"`,
		`"urn:zitadel:iam:org:project:role:reader"`,
		1,
	)
	i.TestSteps(
		t,
		providerServers,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: append(
				expectFailure("data.zitadel_introspection.this", "missing_role", "reader"),
				acctest.ExpectValue("data.zitadel_introspection.this", "roles", knownvalue.SetSizeExact(0)),
			),
		},
		resource.TestStep{
			Config: strings.Replace(
				config,
				`required_roles = ["reader"]`,
				"required_roles = [\"reader\"]\n  fail_when_invalid = true",
				1,
			),
			ExpectError: printed(unableTo("accept token"), "missing_role: ", `"reader"`, "[roles-missing]"),
		},
	)
}
