package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"strings"
)

// imitate builds the floor, and describes this provider to it: its schemas, and the
// results of works.
func (l *lab) imitate(works []work) provider {
	schemas, results := l.schemas(l.ours), l.results(works)
	content, err := json.Marshal(map[string]any{"schemas": schemas, "results": results})
	if err != nil {
		l.tb.Fatal(err)
	}
	floor := l.build("floor", "../floor").with("BENCH_FLOOR=" + l.write("floor.json", content))
	if !reflect.DeepEqual(l.schemas(floor), schemas) {
		l.tb.Fatal("the schemas of the floor differ from those of the provider")
	}
	return floor
}

// schemas returns the schemas of a provider without descriptions.
func (l *lab) schemas(p provider) (only any) {
	var printed struct {
		Schemas map[string]any `json:"provider_schemas"`
	}
	l.output(&printed, l.command(p, "", "providers", "schema", "-json"))
	for _, only = range printed.Schemas {
	}
	return withoutText(only)
}

// withoutText returns JSON without descriptions, which no plan needs.
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

// results returns what data sources and functions return, by their names.
func (l *lab) results(works []work) map[string]any {
	hcl, added := "", map[string]bool{}
	for _, w := range works {
		if w.expression != "" {
			hcl += fmt.Sprintf("output %q {\n  value = %s\n}\n", "decode_jwt", strings.ReplaceAll(w.expression, "${n}", "0"))
		} else if !added[w.block] {
			hcl += w.hcl("data", 1)
		}
		added[w.block] = true
	}
	plan := filepath.Join(l.folder, "plan.bin")
	if output, err := l.command(l.ours, hcl, "plan", "-input=false", "-out="+plan).CombinedOutput(); err != nil {
		l.tb.Fatalf("plan: %v\n%s", err, output)
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
	l.output(&shown, l.command(l.ours, hcl, "show", "-json", plan))
	results := map[string]any{}
	for name, output := range shown.Planned.Outputs {
		results[name] = output
	}
	for _, resource := range shown.Prior.Values.Root.Resources {
		results[resource.Type] = resource.Values
	}
	return results
}
