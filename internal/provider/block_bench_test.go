package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// BenchmarkBlock is what the CLI asks of the provider for one block more, of
// either twin, without gRPC. An introspection has its request in it.
func BenchmarkBlock(b *testing.B) {
	i := issuer(b)
	folder := b.TempDir()
	p := configured(b, object{"issuer": i.URL, "key_file": file(b, folder, "service.json", i.World.Service.KeyJSON())})
	api, service := file(b, folder, "api.json", i.World.API.KeyJSON()), file(b, folder, "jwt.json", i.World.ServiceJWT.KeyJSON())
	project := []string{i.World.Project.ID}
	opaque := p.must("data", "zitadel_access_token", object{"project_ids": project})["access_token"]
	jwt := p.must("data", "zitadel_access_token", object{"project_ids": project, "credentials": object{"key_file": service}})["access_token"]
	for _, each := range []struct {
		name  string
		block object
	}{
		{"zitadel_access_token", object{"project_ids": project}},
		{"zitadel_client_assertion", object{}},
		{"zitadel_introspection", object{"token": opaque, "credentials": object{"key_file": api}}},
		{"zitadel_token_verification", object{"token": jwt, "required_audience": []string{}}},
	} {
		b.Run("data/"+each.name, func(b *testing.B) {
			config := p.encode(p.schemas.DataSourceSchemas[each.name], each.block)
			b.ReportAllocs()
			for b.Loop() {
				_, err := p.server.ValidateDataResourceConfig(b.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: each.name, Config: config})
				done, readError := p.server.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: each.name, Config: config})
				if err != nil || readError != nil || len(done.Diagnostics) > 0 {
					b.Fatal(err, readError, done.Diagnostics)
				}
			}
		})
		b.Run("ephemeral/"+each.name, func(b *testing.B) {
			config := p.encode(p.schemas.EphemeralResourceSchemas[each.name], each.block)
			b.ReportAllocs()
			for b.Loop() {
				_, err := p.server.ValidateEphemeralResourceConfig(b.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: each.name, Config: config})
				done, openError := p.server.OpenEphemeralResource(b.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: each.name, Config: config})
				if err != nil || openError != nil || len(done.Diagnostics) > 0 {
					b.Fatal(err, openError, done.Diagnostics)
				}
			}
		})
	}
	b.Run("function/decode_jwt", func(b *testing.B) {
		argument, err := tfprotov6.NewDynamicValue(tftypes.String, p.value(tftypes.String, jwt))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			done, err := p.server.CallFunction(b.Context(), &tfprotov6.CallFunctionRequest{Name: "decode_jwt", Arguments: []*tfprotov6.DynamicValue{&argument}})
			if err != nil || done.Error != nil {
				b.Fatal(err, done.Error)
			}
		}
	})
}
