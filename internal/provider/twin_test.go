package provider_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Both twins have the same attributes.
func TestTwinsAreEqual(t *testing.T) {
	schemas := start(t).schemas
	// Public documents of the issuer have no twin.
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

// A CLI without ephemeral resources and functions requests neither, and can use
// everything else.
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

// Each page states which CLI its block requires, and where the results are stored.
func TestPagesStateRequirements(t *testing.T) {
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

// A request for a block before ConfigureProvider is an error, for each block and with
// the private data of an open one.
func TestRequestBeforeConfigure(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	private, _ := p.private.Load(p.must("ephemeral", opened, revocable(i))["access_token"])
	const detail = "The provider received this request before it was configured."
	for name, schema := range schemas().DataSourceSchemas {
		p := start(t)
		request := &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: p.encode(schema, nil)}
		read, err := p.server.ReadDataSource(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		contains(t, read.Diagnostics, "ERROR", "Unable to read data source", detail)
	}
	for name, schema := range schemas().EphemeralResourceSchemas {
		p := start(t)
		request := &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: p.encode(schema, nil)}
		opened, err := p.server.OpenEphemeralResource(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		contains(t, opened.Diagnostics, "ERROR", "Unable to open ephemeral resource", detail)
		for _, kept := range [][]byte{nil, private.([]byte)} {
			request := &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: kept}
			closed, err := p.server.CloseEphemeralResource(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			contains(t, closed.Diagnostics, "ERROR", "Unable to close ephemeral resource", detail)
			renewed, err := p.server.RenewEphemeralResource(t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: name, Private: kept})
			if err != nil {
				t.Fatal(err)
			}
			contains(t, renewed.Diagnostics, "ERROR", "Unable to renew ephemeral resource", detail)
		}
	}
}
