package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// modelConfig returns the configuration of a block with many attributes, all null.
func modelConfig(tb testing.TB) tfsdk.Config {
	tb.Helper()
	schema, diags := openIDConfiguration().schema()
	if diags.HasError() {
		tb.Fatal(diags)
	}
	object, ok := schema.Type().TerraformType(tb.Context()).(tftypes.Object)
	if !ok {
		tb.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		values[name] = tftypes.NewValue(kind, nil)
	}
	return tfsdk.Config{Raw: tftypes.NewValue(object, values), Schema: schema}
}

// TestFrameworkCompilesPatterns fails when the framework reads a model about as cheaply
// as decode does, so that model.go can be deleted.
func TestFrameworkCompilesPatterns(t *testing.T) {
	config := modelConfig(t)
	framework := testing.AllocsPerRun(10, func() {
		var model openIDConfigurationModel
		if diags := config.Get(t.Context(), &model); diags.HasError() {
			t.Fatal(diags)
		}
	})
	own := testing.AllocsPerRun(10, func() {
		var model openIDConfigurationModel
		if err := decode(t.Context(), config.Raw, &model); err != nil {
			t.Fatal(err)
		}
	})
	if framework < 3*own {
		t.Errorf("the framework allocates %v times, and decode %v times: delete model.go", framework, own)
	}
}

// BenchmarkModel compares how the framework and decode read a model.
func BenchmarkModel(b *testing.B) {
	config := modelConfig(b)
	b.Run("framework", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var model openIDConfigurationModel
			if diags := config.Get(b.Context(), &model); diags.HasError() {
				b.Fatal(diags)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var model openIDConfigurationModel
			if err := decode(b.Context(), config.Raw, &model); err != nil {
				b.Fatal(err)
			}
		}
	})
}
