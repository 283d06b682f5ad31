package compatibility_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/compatibility"
)

func cli(name, text string) compatibility.CLI {
	return compatibility.CLI{Name: name, Version: version.Must(version.NewVersion(text))}
}

func TestFeature(t *testing.T) {
	f := compatibility.Feature{
		Since: map[string]string{compatibility.OpenTofu: "1.7.0"},
		Exceptions: []compatibility.Exception{
			{CLI: compatibility.OpenTofu, From: "1.8.0", Before: "1.9.1", Effect: "a"},
			{CLI: compatibility.OpenTofu, From: "1.12.0", Effect: "b"},
		},
	}
	for text, want := range map[string]struct {
		has, works bool
		effect     string
	}{
		"1.6.9": {false, false, ""}, "1.7.0": {true, true, ""}, "1.8.0": {true, false, "a"}, "1.9.0": {true, false, "a"},
		"1.9.1": {true, true, ""}, "1.12.0": {true, false, "b"}, "2.0.0": {true, false, "b"}, "1.9.1-rc1": {true, true, ""},
	} {
		c := cli(compatibility.OpenTofu, text)
		effect := ""
		if e := f.Exception(c); e != nil {
			effect = e.Effect
		}
		if f.Has(c) != want.has || f.Works(c) != want.works || effect != want.effect {
			t.Errorf("%s: got has %t, works %t, effect %q, want %+v", text, f.Has(c), f.Works(c), effect, want)
		}
	}
	if f.Has(cli(compatibility.Terraform, "1.15.0")) {
		t.Error("Has returned true for a CLI that is missing from Since")
	}
}

// TestExceptions checks that each feature is complete and declared once, and that each exception
// describes its effect in sentences, contains output, and links to an upstream issue or pull request.
func TestExceptions(t *testing.T) {
	names := map[string]bool{}
	for _, f := range compatibility.Features {
		if names[f.Name] || f.Title == "" || len(f.Since) == 0 {
			t.Errorf("feature %q is incomplete or declared twice", f.Name)
		}
		names[f.Name] = true
		for _, e := range f.Exceptions {
			if !strings.HasSuffix(e.Effect, ".") || !strings.HasPrefix(e.Upstream, "https://github.com/") {
				t.Errorf("%s: invalid effect %q or upstream %q", f.Name, e.Effect, e.Upstream)
			}
			if e.Output == "" {
				t.Errorf("%s: an exception for %s has no output", f.Name, e.CLI)
			}
			if !f.Has(cli(e.CLI, e.From)) {
				t.Errorf("%s: an exception begins with %s %s, which does not have the feature", f.Name, e.CLI, e.From)
			}
		}
	}
}

func TestPageIsUpToDate(t *testing.T) {
	results, err := compatibility.Results()
	if err != nil {
		t.Fatal(err)
	}
	want, err := compatibility.Page(results)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != want {
		t.Error(`docs/compatibility.md is out of date. Run "make docs".`)
	}
}

// TestMerge checks that newer results replace older results of the same CLI, and that the merged
// results are sorted.
func TestMerge(t *testing.T) {
	old := []compatibility.Result{{CLI: "Terraform 1.11.4", Passed: 1}, {CLI: "OpenTofu 1.6.3", Passed: 2}}
	merged, err := compatibility.Merge(old, []compatibility.Result{
		{CLI: "OpenTofu 1.12.6", Passed: 3}, {CLI: "Terraform 1.5.7", Passed: 4}, {CLI: "OpenTofu 1.6.3", Passed: 5},
	})
	want := []compatibility.Result{
		{CLI: "Terraform 1.5.7", Passed: 4}, {CLI: "Terraform 1.11.4", Passed: 1},
		{CLI: "OpenTofu 1.6.3", Passed: 5}, {CLI: "OpenTofu 1.12.6", Passed: 3},
	}
	if err != nil || !slices.Equal(merged, want) {
		t.Errorf("got %v (%v), want %v", merged, err, want)
	}
	for _, name := range []string{"", "Terraform", "Pulumi 1.0.0", "Terraform one"} {
		if _, err := compatibility.Merge(nil, []compatibility.Result{{CLI: name}}); err == nil {
			t.Errorf("Merge accepted %q as the name and version of a CLI", name)
		}
	}
}
