package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

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
