package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Each block that needs an invalid argument of the provider block reports it, in the same
// words, and with a first line about the provider configuration.
func TestProviderFaultInEachBlock(t *testing.T) {
	skipTable(t)
	application := string(acctest.World().API.KeyJSON())
	for name, c := range map[string]struct {
		block       object
		environment map[string]string
		summary     string
		code        string
		local       bool // also in blocks that send no request
	}{
		"key_file": {object{"issuer": "http://127.0.0.1:1", "key_file": "/no/such/file"}, nil, "Invalid " +
			"provider configuration: key_file", "", true},
		"key_json": {object{"issuer": "http://127.0.0.1:1", "key_json": "{}"}, nil, "Invalid provider " +
			"configuration: key_json", "", true},
		"issuer": {object{"key_json": application}, nil, "Incomplete provider configuration: " +
			"issuer", "issuer-missing", true},
		"ca_cert_pem": {object{"issuer": "http://127.0.0.1:1", "key_json": application}, map[string]string{"ZITADEL_CA_CERT_PEM": "a"}, "Invalid provider configuration: ca_cert_pem", "ca-certificate-missing", false},
		"variable":    {object{"key_json": application}, map[string]string{"ZITADEL_ISSUER": "z.example"}, "Unable to use environment", "url-without-scheme", true},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.environment {
				t.Setenv(variable, value)
			}
			first := ""
			for block, arguments := range map[string]object{
				"zitadel_access_token": nil, "zitadel_introspection": {"token": "a"}, "zitadel_token_exchange": {"subject_token": "a"},
				"zitadel_client_assertion": nil,
			} {
				if block == "zitadel_client_assertion" && !c.local {
					continue
				}
				for _, kind := range acctest.Kinds {
					_, found := startConfigured(t, c.block).Read(kind, block, arguments)
					if len(found) != 1 || found[0].Summary != c.summary ||
						c.code != "" && !strings.Contains(found[0].Detail, "["+c.code+"]") {
						t.Fatalf("%s: %v", block, found)
					}
					if first == "" {
						first = found.String()
					}
					if found.String() != first {
						t.Errorf("%s %s:\n%s\nand:\n%s", kind, block, found, first)
					}
				}
			}
		})
	}
}

// A block may use a different provider block than intended, such as one without the alias.
// The message mentions this only if that provider block sets no arguments.
func TestProviderBlockWithAlias(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	for name, c := range map[string]struct {
		block object
		isSet bool
	}{
		"no argument": {nil, false}, "an unrelated " +
			"argument": {object{"max_retries": 1}, true}, "issuer": {object{"issuer": i.URL}, true},
	} {
		_, found := startConfigured(t, c.block).Read("data", "zitadel_access_token", nil)
		acctest.CheckContains(t, found, "ERROR")
		if strings.Contains(found.String(), "alias") == c.isSet {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// A token without a project in its audience: the messages name the argument that adds
// it, and the client ID of the application.
func TestForgottenProjectIDs(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
	for name, key := range map[string][]byte{"JWT": w.ServiceJWT.KeyJSON(), "opaque": w.Service.KeyJSON()} {
		token := p.MustRead("data", "zitadel_access_token", object{"credentials": object{"key_json": string(key)}})["access_token"]
		introspected := p.MustRead(
			"data",
			"zitadel_introspection",
			object{"token": token, "credentials": object{"key_json": string(w.API.KeyJSON())}},
		)
		for _, failure := range introspected["failures"].([]any) {
			if detail := failure.(object)["detail"].(string); !acctest.ContainsAll(detail, "project_ids", w.API.ClientID) ||
				strings.Contains(detail, w.API.ID) && w.API.ID != w.API.ClientID {
				t.Errorf("introspection, %s: %s", name, detail)
			}
		}
		if name == "JWT" {
			verified := p.MustRead(
				"data",
				"zitadel_token_verification",
				object{"token": token, "required_audience": []string{w.Project.ID}},
			)
			if failures := verified["failures"].([]any); len(failures) != 1 ||
				!acctest.ContainsAll(failures[0].(object)["detail"].(string), "project_ids", w.Project.ID) {
				t.Errorf("verification: %v", failures)
			}
		}
	}
	if guide := acctest.ReadFile(t, "../../docs/guides/troubleshooting.md"); !strings.Contains(guide, "project_ids") {
		t.Error("the troubleshooting guide does not mention project_ids")
	}
	// An application ID in client_id.
	_, found := p.Read("data", "zitadel_introspection", object{
		"token": "a", "credentials": object{"client_id": w.APIBasic.ID, "client_secret": w.APIBasic.Secret},
	})
	acctest.CheckContains(t, found, "ERROR", "[application-or-secret-wrong]", "client ID", "application ID", w.APIBasic.ID)
}
