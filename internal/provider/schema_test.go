package provider_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// What is sensitive, by the interface: everything else a check may show.
var sensitive = map[string][]string{
	"provider": {"assertion", "client_key_pem", "client_secret", "key_json", "proxy_url", "transport_headers"},
	"zitadel_access_token": {
		"access_token", "credentials.assertion", "credentials.client_secret", "credentials.key_json", "id_token",
	},
	"zitadel_introspection": {
		"claims_json", "credentials.assertion", "credentials.client_secret", "credentials.key_json", "metadata", "token", "username",
	},
	"zitadel_client_assertion": {
		"assertion", "credentials.assertion", "credentials.client_secret", "credentials.key_json",
	},
}

func TestSensitiveAttributes(t *testing.T) {
	schemas := start(t).schemas
	check := func(name string, found []string) {
		slices.Sort(found)
		if !slices.Equal(sensitive[name], found) {
			t.Errorf("%s: sensitive are %v, want %v", name, found, sensitive[name])
		}
	}
	for name, schema := range schemas.DataSourceSchemas {
		var found []string
		for at, attribute := range attributes(schema) {
			if attribute.Sensitive {
				found = append(found, at)
			}
		}
		check(name, found)
	}
	var found []string
	for at, attribute := range attributes(schemas.Provider) {
		if attribute.Sensitive {
			found = append(found, at)
		}
	}
	check("provider", found)
}

// A twin that differs from the other is two declarations, not one.
func TestTwinsAreEqual(t *testing.T) {
	schemas := start(t).schemas
	if data, ephemeral := sortedKeys(schemas.DataSourceSchemas), sortedKeys(schemas.EphemeralResourceSchemas); !slices.Equal(data, ephemeral) {
		t.Fatalf("data sources %v, ephemeral resources %v", data, ephemeral)
	}
	for name, schema := range schemas.DataSourceSchemas {
		data, ephemeral := attributes(schema), attributes(schemas.EphemeralResourceSchemas[name])
		deferUntil := ephemeral["defer_until"]
		if deferUntil == nil || !deferUntil.Optional {
			t.Errorf("%s: the ephemeral resource has no optional defer_until", name)
		}
		delete(ephemeral, "defer_until")
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
