package provider_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// What is sensitive, by the interface: everything else a check may show.
var sensitive = map[string][]string{
	"provider": {"assertion", "client_key_pem", "client_secret", "key_json", "proxy_url", "transport_headers"},
	"zitadel_access_token": {
		"access_token", "credentials.assertion", "credentials.client_secret", "credentials.key_json", "id_token",
	},
	"ephemeral zitadel_access_token": {
		"access_token", "credentials.assertion", "credentials.client_secret", "credentials.key_json", "id_token",
		"revoke_with.client_secret", "revoke_with.key_json",
	},
	"zitadel_introspection": {
		"claims_json", "credentials.assertion", "credentials.client_secret", "credentials.key_json", "metadata", "token", "username",
	},
	"zitadel_token_verification": {"claims_json", "metadata", "token", "username"},
	"zitadel_userinfo":           {"claims_json", "email", "family_name", "given_name", "metadata", "name", "token", "username"},
	"zitadel_token_exchange": {
		"access_token", "actor_token", "credentials.assertion", "credentials.client_secret", "credentials.key_json", "id_token", "subject_token",
	},
	"zitadel_key_info": {"key_json"},
	"zitadel_client_assertion": {
		"assertion", "credentials.assertion", "credentials.client_secret", "credentials.key_json",
	},
}

func TestSensitiveAttributes(t *testing.T) {
	schemas := start(t).schemas
	check := func(name string, schema *tfprotov6.Schema) {
		var found []string
		for at, attribute := range attributes(schema) {
			if attribute.Sensitive {
				found = append(found, at)
			}
		}
		slices.Sort(found)
		if !slices.Equal(sensitive[name], found) {
			t.Errorf("%s: sensitive are %v, want %v", name, found, sensitive[name])
		}
	}
	for name, schema := range schemas.DataSourceSchemas {
		check(name, schema)
	}
	check("ephemeral zitadel_access_token", schemas.EphemeralResourceSchemas["zitadel_access_token"])
	check("provider", schemas.Provider)
}

// A twin that differs from the other is two declarations, not one.
func TestTwinsAreEqual(t *testing.T) {
	schemas := start(t).schemas
	// What the issuer tells everybody has no twin.
	alone := []string{"zitadel_jwks", "zitadel_openid_configuration"}
	twins := slices.DeleteFunc(sortedKeys(schemas.DataSourceSchemas), func(name string) bool { return slices.Contains(alone, name) })
	if ephemeral := sortedKeys(schemas.EphemeralResourceSchemas); !slices.Equal(twins, ephemeral) {
		t.Fatalf("data sources %v, ephemeral resources %v", twins, ephemeral)
	}
	for _, name := range twins {
		schema := schemas.DataSourceSchemas[name]
		data, ephemeral := attributes(schema), attributes(schemas.EphemeralResourceSchemas[name])
		deferUntil := ephemeral["defer_until"]
		if deferUntil == nil || !deferUntil.Optional {
			t.Errorf("%s: the ephemeral resource has no optional defer_until", name)
		}
		delete(ephemeral, "defer_until")
		if name == "zitadel_access_token" {
			for at := range ephemeral {
				if strings.HasPrefix(at, "revoke_with") {
					delete(ephemeral, at)
				}
			}
		}
		if !slices.Equal(sortedKeys(data), sortedKeys(ephemeral)) {
			t.Errorf("%s: the data source has %v, the ephemeral resource %v", name, sortedKeys(data), sortedKeys(ephemeral))
		}
		for at, attribute := range data {
			if !reflect.DeepEqual(attribute, ephemeral[at]) {
				t.Errorf("%s.%s: %v and %v", name, at, attribute, ephemeral[at])
			}
		}
	}
}

// Each description is one sentence, so that a stranger reads it to its end.
func TestDescriptions(t *testing.T) {
	schemas := start(t).schemas
	all := map[string]string{}
	for at, attribute := range attributes(schemas.Provider) {
		all["provider."+at] = attribute.Description
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		if schema.Block.Description == "" {
			t.Errorf("%s has no description", name)
		}
		for at, attribute := range attributes(schema) {
			all[name+"."+at] = attribute.Description
		}
	}
	for at, description := range all {
		sentence, byDefault, _ := strings.Cut(description, " Defaults to ")
		if !strings.HasSuffix(description, ".") || strings.Contains(sentence, ". ") || strings.Contains(byDefault, ". ") {
			t.Errorf("%s: %q is not one sentence, with at most a \"Defaults to\" behind it", at, description)
		}
	}
}

// No block has an id, which the interface promises.
func TestNoID(t *testing.T) {
	for name, schema := range start(t).schemas.DataSourceSchemas {
		if attributes(schema)["id"] != nil {
			t.Errorf("%s has an id", name)
		}
	}
}

// A CLI from before ephemeral resources and functions asks for neither, and can
// use everything else.
func TestOldCLI(t *testing.T) {
	i := issuer(t)
	p := start(t)
	if found := p.configure(object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())}); len(found) > 0 {
		t.Fatal(found)
	}
	token := p.must("data", "zitadel_access_token", object{"project_ids": []string{i.World.Project.ID}})["access_token"]
	asked := object{"token": token, "credentials": object{"key_json": string(i.World.API.KeyJSON())}}
	if got := p.must("data", "zitadel_introspection", asked); got["active"] != true {
		t.Errorf("active is %v", got["active"])
	}
	p.must("data", "zitadel_client_assertion", nil)
}

// Each page says which CLI its block needs, and where the results are kept.
func TestPagesSayWhatTheyNeed(t *testing.T) {
	schemas := start(t).schemas
	for name, schema := range schemas.DataSourceSchemas {
		if schemas.EphemeralResourceSchemas[name] == nil {
			if !hasAll(schema.Block.Description, "stored in state; none is secret") {
				t.Errorf("data source %s: %s", name, schema.Block.Description)
			}
			continue
		}
		if text := schema.Block.Description; !hasAll(text, "stored in state", "plan file", "ephemeral resource `"+name+"`", "Terraform 1.10 or OpenTofu 1.11") {
			t.Errorf("data source %s: %s", name, text)
		}
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		if text := schema.Block.Description; !hasAll(text, "Nothing of it is stored", "Terraform 1.10 or OpenTofu 1.11") {
			t.Errorf("ephemeral resource %s: %s", name, text)
		}
	}
	for name, function := range schemas.Functions {
		if !hasAll(function.Description, "Terraform 1.8 or OpenTofu 1.7", "TRACE") {
			t.Errorf("function %s: %s", name, function.Description)
		}
	}
}

// A program that reads before it configures gets an error, not a panic.
func TestReadBeforeConfigure(t *testing.T) {
	for _, kind := range kinds {
		_, found := start(t).read(kind, "zitadel_client_assertion", nil)
		contains(t, found, "ERROR", "before it was configured")
	}
}
