package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each page of the registry shows an example, and says what is stored where, what
// the twin is called, which versions of the CLI it needs, and by which standard.
func TestPages(t *testing.T) {
	schemas := start(t).schemas
	for _, kind := range []struct {
		folder string
		names  []string
		want   []string
		twins  []string // that have one
	}{
		{"data-sources", sortedKeys(schemas.DataSourceSchemas), []string{"stored in state", "Terraform 1.5 or OpenTofu 1.6"}, sortedKeys(schemas.EphemeralResourceSchemas)},
		{"ephemeral-resources", sortedKeys(schemas.EphemeralResourceSchemas), []string{"Nothing is stored", "Terraform 1.10 or OpenTofu 1.11"}, sortedKeys(schemas.DataSourceSchemas)},
		{"functions", sortedKeys(schemas.Functions), []string{"Terraform 1.8 or OpenTofu 1.7"}, nil},
	} {
		for _, name := range kind.names {
			page, err := os.ReadFile(filepath.Join("..", "..", "docs", kind.folder, strings.TrimPrefix(name, "zitadel_")+".md"))
			if err != nil {
				t.Error(err)
				continue
			}
			// The front matter repeats the description.
			_, text, _ := strings.Cut(string(page), "\n# ")
			want := append([]string{"\n## Example Usage\n\n```terraform\n", "\nStandards: [", "](https://"}, kind.want...)
			if slices.Contains(kind.twins, name) {
				want = append(want, map[string]string{"data-sources": "The ephemeral resource `", "ephemeral-resources": "The data source `"}[kind.folder]+name+"` has the same results")
			}
			if !hasAll(text, want...) {
				t.Errorf("%s %s does not have all of %q", kind.folder, name, want)
			}
		}
	}
}
