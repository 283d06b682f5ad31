package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Credentials that a block cannot use are rejected before any request.
func TestInvalidCredentials(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	service, application := string(w.Service.KeyJSON()), string(w.API.KeyJSON())
	for name, c := range map[string]struct {
		block       string
		credentials object
		words       []string
	}{
		"application key for a token":     {"zitadel_access_token", object{"key_json": application}, []string{"Unable to get access token", "application key cannot ask for tokens", "service account"}},
		"service key for introspection":   {"zitadel_introspection", object{"key_json": service}, []string{"Unable to introspect token", "service account key cannot introspect", "API application"}},
		"secret for an assertion":         {"zitadel_client_assertion", object{"client_id": "a", "client_secret": "canary"}, []string{"Unable to sign client assertion", "only a key can sign"}},
		"assertion for an assertion":      {"zitadel_client_assertion", object{"assertion": "canary"}, []string{"only a key can sign"}},
		"assertion is no JWT, token":      {"zitadel_access_token", object{"assertion": "canary"}, []string{"not a signed JWT"}},
		"assertion is no JWT, introspect": {"zitadel_introspection", object{"assertion": "canary"}, []string{"not a signed JWT"}},
		"two forms":                       {"zitadel_access_token", object{"key_json": service, "assertion": "canary"}, []string{"key_json and assertion"}},
		"empty object":                    {"zitadel_access_token", object{}, []string{"empty", "key_json, key_file, client_id with client_secret, or assertion"}},
		"id without secret":               {"zitadel_access_token", object{"client_id": "a"}, []string{"without client_secret"}},
		"secret without id":               {"zitadel_access_token", object{"client_secret": "canary"}, []string{"without client_id"}},
		"secret with a line break":        {"zitadel_access_token", object{"client_id": "a", "client_secret": "canary\n"}, []string{"line break", "trimspace"}},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				block := object{"credentials": c.credentials}
				if c.block == "zitadel_introspection" {
					block["token"] = "a"
				}
				_, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, c.block, block)
				acctest.CheckContains(t, found, append(c.words, "ERROR [credentials")...)
				if strings.Contains(found.String(), "canary") {
					t.Errorf("a secret is repeated:\n%s", found)
				}
				if n := i.Connections(); n != 0 {
					t.Errorf("%d connections", n)
				}
			})
		}
	}
}

// Each invalid argument of a block is reported with its path.
func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		block     string
		arguments object
		words     []string
	}{
		"scope empty":             {"zitadel_access_token", object{"scopes": []string{""}}, []string{"[scopes", "empty"}},
		"scope with a space":      {"zitadel_access_token", object{"scopes": []string{"openid profile"}}, []string{"[scopes", "space"}},
		"scope not ASCII":         {"zitadel_access_token", object{"scopes": []string{"öpenid"}}, []string{"[scopes", "ASCII"}},
		"project id with a scope": {"zitadel_access_token", object{"project_ids": []string{"urn:zitadel:iam"}}, []string{"[project_ids", "colon"}},
		"min_validity":            {"zitadel_access_token", object{"min_validity": "soon"}, []string{"[min_validity]", "1h30m"}},
		"min_validity negative":   {"zitadel_access_token", object{"min_validity": "-1m"}, []string{"[min_validity]", "at least"}},
		"lifetime too long":       {"zitadel_client_assertion", object{"lifetime": "61m"}, []string{"[lifetime]", "at most 1h"}},
		"audience empty":          {"zitadel_client_assertion", object{"audience": []string{}}, []string{"[audience]", "at least 1"}},
		"token empty":             {"zitadel_introspection", object{"token": ""}, []string{"[token]", "empty"}},
		"token with a line break": {"zitadel_introspection", object{"token": "canary\n"}, []string{"[token]", "trimspace"}},
		"token with Bearer":       {"zitadel_introspection", object{"token": "Bearer canary"}, []string{"[token]", "Bearer"}},
		"role scope":              {"zitadel_introspection", object{"token": "a", "required_scopes": []string{"urn:zitadel:iam:org:project:role:admin"}}, []string{"[required_scopes", `required_roles = ["admin"]`}},
		"required scope empty":    {"zitadel_introspection", object{"token": "a", "required_scopes": []string{""}}, []string{"[required_scopes", "empty"}},
		"required role empty":     {"zitadel_introspection", object{"token": "a", "required_roles": []string{""}}, []string{"[required_roles", "empty"}},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				_, found := startConfigured(t, object{"issuer": "https://zitadel.example"}).Read(kind, c.block, c.arguments)
				acctest.CheckContains(t, found, append(c.words, "ERROR")...)
				if strings.Contains(found.String(), "canary") {
					t.Errorf("a secret is repeated:\n%s", found)
				}
			})
		}
	}
}

// During validation, two variables are both unknown even if one of them is null. So two
// unknown forms of credentials are not an error.
func TestUnknownCredentials(t *testing.T) {
	t.Parallel()
	both := object{"key_json": acctest.Unknown{}, "key_file": acctest.Unknown{}, "client_secret": acctest.Unknown{}}
	startConfigured(t, both)
	for name, block := range map[string]object{"zitadel_access_token": {"credentials": both}, "zitadel_client_assertion": {"credentials": both}} {
		p := startProvider(t)
		schema := p.Schemas.DataSourceSchemas[name]
		done, err := p.Server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: p.Encode(schema, block)})
		if err != nil || len(done.Diagnostics) > 0 {
			t.Errorf("%s: %v, %v", name, err, acctest.Diagnostics(done.Diagnostics))
		}
	}
}
