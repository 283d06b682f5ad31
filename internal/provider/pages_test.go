package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// README.md and the index page must contain examples/provider/provider.tf, which TestAccExamples applies.
func TestFirstExample(t *testing.T) {
	t.Parallel()
	example := "```terraform\n" + acctest.ReadFile(t, filepath.Join(exampleRoot, "provider", "provider.tf")) + "```\n"
	for _, page := range []string{"README.md", filepath.Join("docs", "index.md")} {
		if content := acctest.ReadFile(t, filepath.Join("..", "..", page)); !strings.Contains(content, example) {
			t.Errorf("%s does not contain examples/provider/provider.tf", page)
		}
	}
}

// The pages must not contain Mermaid diagrams, because the registry does not render them.
func TestPagesWithoutDiagrams(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"*.md", "*/*.md"} {
		pages, err := filepath.Glob(filepath.Join("..", "..", "docs", filepath.FromSlash(pattern)))
		if err != nil || len(pages) == 0 {
			t.Fatalf("got the pages %v for %s, want at least one: %v", pages, pattern, err)
		}
		for _, page := range pages {
			if strings.Contains(acctest.ReadFile(t, page), "```mermaid") {
				t.Errorf("%s contains a Mermaid diagram", page)
			}
		}
	}
}

// Each page in the registry must contain an example, and state which CLI versions are required and
// which standards apply. The page of a block must also state where results are stored, and name the
// block's twin if there is one.
func TestPages(t *testing.T) {
	t.Parallel()
	schemas := startProvider(t).Schemas
	for _, kind := range []struct {
		folder string
		names  []string
		want   []string
		twins  []string // names of the blocks that have a twin
	}{
		{
			"data-sources", acctest.SortedKeys(schemas.DataSourceSchemas),
			[]string{"stored in state", "Terraform 1.5 or OpenTofu 1.6"},
			acctest.SortedKeys(schemas.EphemeralResourceSchemas),
		},
		{
			"ephemeral-resources", acctest.SortedKeys(schemas.EphemeralResourceSchemas),
			[]string{"Nothing is stored", "Terraform 1.10 or OpenTofu 1.11"},
			acctest.SortedKeys(schemas.DataSourceSchemas),
		},
		{"functions", acctest.SortedKeys(schemas.Functions), []string{"Terraform 1.8 or OpenTofu 1.7"}, nil},
	} {
		for _, name := range kind.names {
			page, err := os.ReadFile(filepath.Join("..", "..", "docs", kind.folder, strings.TrimPrefix(name, "zitadel_")+".md"))
			if err != nil {
				t.Error(err)
				continue
			}
			// Skip the front matter, because it repeats the description.
			_, text, _ := strings.Cut(string(page), "\n# ")
			want := append([]string{"\n## Example Usage\n\n```terraform\n", "\nStandards: [", "](https://"}, kind.want...)
			if slices.Contains(kind.twins, name) {
				twin := map[string]string{
					"data-sources": "The ephemeral resource `", "ephemeral-resources": "The data source `",
				}[kind.folder]
				want = append(want, twin+name+"` has the same results")
			}
			if !acctest.ContainsAll(text, want...) {
				t.Errorf("%s %s does not contain all of %q", kind.folder, name, want)
			}
		}
	}
}

// A guide that shows the main.tf of an example must link to the example's variables, which are declared
// in a different file.
func TestGuidesLinkVariables(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	guides, err := filepath.Glob(filepath.Join(root, "templates", "guides", "*.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	example := regexp.MustCompile(`tffile "(examples/[^"]+)/main\.tf"`)
	for _, at := range guides {
		content := acctest.ReadFile(t, at)
		for _, found := range example.FindAllStringSubmatch(content, -1) {
			if !acctest.FileExists(filepath.Join(root, filepath.FromSlash(found[1]), "variables.tf")) {
				continue
			}
			shown++
			links := regexp.MustCompile(`/` + regexp.QuoteMeta(found[1]) + `(/variables\.tf)?\)`)
			if !links.MatchString(content) {
				t.Errorf("%s shows %s, but does not link to its variables", at, found[1])
			}
		}
	}
	if shown < 8 {
		t.Errorf("found %d examples with variables, want at least 8", shown)
	}
}
