package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// modelConfig returns the configuration of a block with many attributes, all of them null.
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

// TestFrameworkCompilesPatterns fails if the framework needs fewer than three times as many allocations
// as decode to read a model. In that case, model.go is no longer necessary.
func TestFrameworkCompilesPatterns(t *testing.T) {
	config := modelConfig(t)
	frameworkAllocs := testing.AllocsPerRun(10, func() {
		var model openIDConfigurationModel
		if diags := config.Get(t.Context(), &model); diags.HasError() {
			t.Fatal(diags)
		}
	})
	decodeAllocs := testing.AllocsPerRun(10, func() {
		var model openIDConfigurationModel
		if err := decode(t.Context(), config.Raw, &model); err != nil {
			t.Fatal(err)
		}
	})
	if frameworkAllocs < 3*decodeAllocs {
		t.Errorf("the framework needs %v allocations and decode needs %v: delete model.go", frameworkAllocs, decodeAllocs)
	}
}

// BenchmarkModel measures the time and memory that the framework and decode need to read a
// model.
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
