package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// BenchmarkBlock measures the calls that the CLI makes for each block or function, without the
// gRPC layer. Only the introspection benchmarks include an HTTP request.
func BenchmarkBlock(b *testing.B) {
	i := acctest.StartIssuer(b)
	folder := b.TempDir()
	p := startConfigured(
		b,
		object{"issuer": i.URL, "key_file": acctest.WriteFile(b, folder, "service.json", i.World.Service.KeyJSON())},
	)
	api := acctest.WriteFile(b, folder, "api.json", i.World.API.KeyJSON())
	service := acctest.WriteFile(b, folder, "jwt.json", i.World.ServiceJWT.KeyJSON())
	project := []string{i.World.Project.ID}
	opaque := p.MustRead("data", "zitadel_access_token", object{"project_ids": project})["access_token"]
	jwt := p.MustRead(
		"data", "zitadel_access_token", object{"project_ids": project, "credentials": object{"key_file": service}},
	)["access_token"]
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
			config := p.Encode(p.Schemas.DataSourceSchemas[each.name], each.block)
			b.ReportAllocs()
			for b.Loop() {
				_, err := p.Server.ValidateDataResourceConfig(
					b.Context(),
					&tfprotov6.ValidateDataResourceConfigRequest{TypeName: each.name, Config: config},
				)
				done, readError := p.Server.ReadDataSource(
					b.Context(),
					&tfprotov6.ReadDataSourceRequest{TypeName: each.name, Config: config},
				)
				if err != nil || readError != nil || len(done.Diagnostics) > 0 {
					b.Fatal(err, readError, done.Diagnostics)
				}
			}
		})
		b.Run("ephemeral/"+each.name, func(b *testing.B) {
			config := p.Encode(p.Schemas.EphemeralResourceSchemas[each.name], each.block)
			b.ReportAllocs()
			for b.Loop() {
				_, err := p.Server.ValidateEphemeralResourceConfig(
					b.Context(),
					&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: each.name, Config: config},
				)
				done, openError := p.Server.OpenEphemeralResource(
					b.Context(),
					&tfprotov6.OpenEphemeralResourceRequest{TypeName: each.name, Config: config},
				)
				if err != nil || openError != nil || len(done.Diagnostics) > 0 {
					b.Fatal(err, openError, done.Diagnostics)
				}
			}
		})
	}
	b.Run("function/decode_jwt", func(b *testing.B) {
		argument, err := tfprotov6.NewDynamicValue(tftypes.String, acctest.TerraformValue(b, tftypes.String, jwt))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			done, err := p.Server.CallFunction(
				b.Context(),
				&tfprotov6.CallFunctionRequest{Name: "decode_jwt", Arguments: []*tfprotov6.DynamicValue{&argument}},
			)
			if err != nil || done.Error != nil {
				b.Fatal(err, done.Error)
			}
		}
	})
}
