package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"strings"
)

// buildFloor builds the floor and writes the description that the floor reads: this provider's
// schemas and the results of the workloads.
func (f *fixture) buildFloor(workloads []workload) provider {
	schemas, results := f.schemas(f.ours), f.results(workloads)
	content, err := json.Marshal(map[string]any{"schemas": schemas, "results": results})
	if err != nil {
		f.tb.Fatal(err)
	}
	floor := f.build("floor", "../floor").with("BENCH_FLOOR=" + f.write("floor.json", content))
	if !reflect.DeepEqual(f.schemas(floor), schemas) {
		f.tb.Fatal("the floor's schemas differ from the provider's")
	}
	return floor
}

// schemas returns a provider's schemas without their descriptions.
func (f *fixture) schemas(p provider) (schema any) {
	var printed struct {
		Schemas map[string]any `json:"provider_schemas"`
	}
	f.decodeOutput(&printed, f.command(p, "", "providers", "schema", "-json"))
	for _, schema = range printed.Schemas { // there is only one
	}
	return withoutText(schema)
}

// withoutText removes descriptions and summaries from a decoded schema, because plans do not
// use them.
func withoutText(v any) any {
	switch v := v.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(name string, member any) bool {
			_, text := member.(string)
			return text && (strings.HasPrefix(name, "description") || name == "summary")
		})
		for name := range v {
			v[name] = withoutText(v[name])
		}
	case []any:
		for n := range v {
			v[n] = withoutText(v[n])
		}
	}
	return v
}

// results runs "plan" for the workloads and returns the results of their data sources and
// functions, keyed by data source type or function name.
func (f *fixture) results(workloads []workload) map[string]any {
	hcl, added := "", map[string]bool{}
	for _, w := range workloads {
		if w.expression != "" {
			expression := strings.ReplaceAll(w.expression, "${n}", "0")
			hcl += fmt.Sprintf("output %q {\n  value = %s\n}\n", "decode_jwt", expression)
		} else if !added[w.block] {
			hcl += w.hcl("data", 1)
		}
		added[w.block] = true
	}
	plan := filepath.Join(f.folder, "plan.bin")
	if output, err := f.command(f.ours, hcl, "plan", "-input=false", "-out="+plan).CombinedOutput(); err != nil {
		f.tb.Fatalf("plan: %v\n%s", err, output)
	}
	var shown struct {
		Prior struct {
			Values struct {
				Root struct {
					Resources []struct {
						Type   string
						Values any
					} `json:"resources"`
				} `json:"root_module"`
			} `json:"values"`
		} `json:"prior_state"`
		Planned struct {
			Outputs map[string]struct {
				Type  any `json:"type"`
				Value any `json:"value"`
			} `json:"outputs"`
		} `json:"planned_values"`
	}
	f.decodeOutput(&shown, f.command(f.ours, hcl, "show", "-json", plan))
	results := map[string]any{}
	for name, output := range shown.Planned.Outputs {
		results[name] = output
	}
	for _, resource := range shown.Prior.Values.Root.Resources {
		results[resource.Type] = resource.Values
	}
	return results
}
