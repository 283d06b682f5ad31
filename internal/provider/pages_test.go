package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Each page of the registry contains an example, and states what is stored where, the name
// of the twin, the required versions of the CLI, and the standards.
func TestPages(t *testing.T) {
	t.Parallel()
	schemas := startProvider(t).Schemas
	for _, kind := range []struct {
		folder string
		names  []string
		want   []string
		twins  []string // that have one
	}{
		{"data-sources", acctest.SortedKeys(schemas.DataSourceSchemas), []string{"stored in " +
			"state", "Terraform 1.5 or OpenTofu 1.6"}, acctest.SortedKeys(schemas.EphemeralResourceSchemas)},
		{"ephemeral-resources", acctest.SortedKeys(schemas.EphemeralResourceSchemas), []string{"Nothing is " +
			"stored", "Terraform 1.10 or OpenTofu 1.11"}, acctest.SortedKeys(schemas.DataSourceSchemas)},
		{"functions", acctest.SortedKeys(schemas.Functions), []string{"Terraform 1.8 or OpenTofu 1.7"}, nil},
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
				want = append(
					want,
					map[string]string{
						"data-sources": "The ephemeral resource `", "ephemeral-resources": "The data source `",
					}[kind.folder]+name+"` has the same results",
				)
			}
			if !acctest.ContainsAll(text, want...) {
				t.Errorf("%s %s does not have all of %q", kind.folder, name, want)
			}
		}
	}
}
