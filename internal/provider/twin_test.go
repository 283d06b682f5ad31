package provider_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

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
			if !hasAll(schema.Block.Description, "stored in state, and none of them is secret") {
				t.Errorf("data source %s: %s", name, schema.Block.Description)
			}
			continue
		}
		if text := schema.Block.Description; !hasAll(text, "stored in state", "plan file", "ephemeral resource `"+name+"`", "Terraform 1.10 or OpenTofu 1.11") {
			t.Errorf("data source %s: %s", name, text)
		}
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		if text := schema.Block.Description; !hasAll(text, "Nothing is stored", "Terraform 1.10 or OpenTofu 1.11") {
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
