package provider_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// A data source and its ephemeral twin must have the same attributes, except those that only an ephemeral
// resource supports.
func TestTwinsAreEqual(t *testing.T) {
	t.Parallel()
	schemas := startProvider(t).Schemas
	// The data sources for the issuer's public documents have no ephemeral twin.
	dataOnly := []string{"zitadel_jwks", "zitadel_openid_configuration"}
	twins := slices.DeleteFunc(
		acctest.SortedKeys(schemas.DataSourceSchemas),
		func(name string) bool { return slices.Contains(dataOnly, name) },
	)
	if ephemeral := acctest.SortedKeys(schemas.EphemeralResourceSchemas); !slices.Equal(twins, ephemeral) {
		t.Fatalf("got the ephemeral resources %v, want %v", ephemeral, twins)
	}
	for _, name := range twins {
		schema := schemas.DataSourceSchemas[name]
		data, ephemeral := acctest.Attributes(schema), acctest.Attributes(schemas.EphemeralResourceSchemas[name])
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
		if !slices.Equal(acctest.SortedKeys(data), acctest.SortedKeys(ephemeral)) {
			t.Errorf("%s: the data source has %v, but the ephemeral resource has %v",
				name, acctest.SortedKeys(data), acctest.SortedKeys(ephemeral))
		}
		for at, attribute := range data {
			if !reflect.DeepEqual(attribute, ephemeral[at]) {
				t.Errorf("%s.%s: the data source has %v, but the ephemeral resource has %v", name, at, attribute, ephemeral[at])
			}
		}
	}
}

// A CLI that supports neither ephemeral resources nor functions must be able to use the data sources.
func TestOldCLI(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startProvider(t)
	if found := p.Configure(object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())}); len(found) > 0 {
		t.Fatal(found)
	}
	token := p.MustRead(
		"data", "zitadel_access_token", object{"project_ids": []string{i.World.Project.ID}},
	)["access_token"]
	block := object{"token": token, "credentials": object{"key_json": string(i.World.API.KeyJSON())}}
	if got := p.MustRead("data", "zitadel_introspection", block); got["active"] != true {
		t.Errorf("active is %v, want true", got["active"])
	}
	p.MustRead("data", "zitadel_client_assertion", nil)
}

// Each description, from which the pages are generated, must state where values are stored or logged, and
// which CLI versions are required.
func TestPagesStateRequirements(t *testing.T) {
	t.Parallel()
	schemas := startProvider(t).Schemas
	for name, schema := range schemas.DataSourceSchemas {
		if schemas.EphemeralResourceSchemas[name] == nil {
			want := "stored in state, and none of them is secret"
			if !acctest.ContainsAll(schema.Block.Description, want) {
				t.Errorf("data source %s: got %s, want %q", name, schema.Block.Description, want)
			}
			continue
		}
		want := []string{
			"stored in state", "plan file", "ephemeral resource `" + name + "`", "Terraform 1.10 or OpenTofu 1.11",
		}
		if !acctest.ContainsAll(schema.Block.Description, want...) {
			t.Errorf("data source %s: got %s, want %q", name, schema.Block.Description, want)
		}
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		want := []string{"Nothing is stored", "Terraform 1.10 or OpenTofu 1.11"}
		if !acctest.ContainsAll(schema.Block.Description, want...) {
			t.Errorf("ephemeral resource %s: got %s, want %q", name, schema.Block.Description, want)
		}
	}
	for name, function := range schemas.Functions {
		want := []string{"Terraform 1.8 or OpenTofu 1.7", "TRACE"}
		if !acctest.ContainsAll(function.Description, want...) {
			t.Errorf("function %s: got %s, want %q", name, function.Description, want)
		}
	}
}

// Before ConfigureProvider, each request for a block must fail, even if it contains the private data of an
// open block.
func TestRequestBeforeConfigure(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	private := p.PrivateData(p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i)))
	const detail = "[not-configured]"
	for name, schema := range providerSchemas().DataSourceSchemas {
		p := startProvider(t)
		request := &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: p.Encode(schema, nil)}
		read, err := p.Server.ReadDataSource(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		acctest.CheckContains(t, read.Diagnostics, "ERROR", "Unable to read data source", detail)
	}
	for name, schema := range providerSchemas().EphemeralResourceSchemas {
		p := startProvider(t)
		config := p.Encode(schema, requiredArguments(schema))
		request := &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config}
		opened, err := p.Server.OpenEphemeralResource(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		acctest.CheckContains(t, opened.Diagnostics, "ERROR", "Unable to open ephemeral resource", detail)
		for _, data := range [][]byte{nil, private} {
			request := &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: data}
			closed, err := p.Server.CloseEphemeralResource(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			acctest.CheckContains(t, closed.Diagnostics, "ERROR", "Unable to close ephemeral resource", detail)
			renewed, err := p.Server.RenewEphemeralResource(
				t.Context(),
				&tfprotov6.RenewEphemeralResourceRequest{TypeName: name, Private: data},
			)
			if err != nil {
				t.Fatal(err)
			}
			acctest.CheckContains(t, renewed.Diagnostics, "ERROR", "Unable to renew ephemeral resource", detail)
		}
	}
}
