package compatibility_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/compatibility"
)

// TestWorkflow checks that .github/workflows/test.yml tests each CLI in tools/, that
// results.json contains as many results as there are CLIs, and that .ci/run tests at least
// five CLIs, all of them from tools/.
func TestWorkflow(t *testing.T) {
	root := filepath.Join("..", "..")
	read := func(path string) string {
		content, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	workflow, ci := read(".github/workflows/test.yml"), read(".ci/run")
	folders, err := filepath.Glob(filepath.Join(root, "tools", "t*"))
	if err != nil {
		t.Fatal(err)
	}
	clis := map[string]bool{}
	for _, folder := range folders {
		name := filepath.Base(folder)
		if name != "tofu" && !strings.HasPrefix(name, "tofu-") && !strings.HasPrefix(name, "terraform-") ||
			name == "terraform-backends" {
			continue
		}
		clis[name] = true
		if !strings.Contains(workflow, "\n          - "+name+"\n") {
			t.Errorf(".github/workflows/test.yml does not test %s", name)
		}
	}
	results, err := compatibility.Results()
	if err != nil || len(results) != len(clis) {
		t.Errorf("got %d results (error %v), want one for each of the %d CLIs", len(results), err, len(clis))
	}
	_, line, _ := strings.Cut(ci, "\nclis=\"")
	line, _, _ = strings.Cut(line, "\"")
	names := strings.Fields(line)
	if len(names) < 5 {
		t.Errorf(".ci/run tests only %q, want at least five CLIs", names)
	}
	for _, name := range names {
		if !clis[name] {
			t.Errorf(".ci/run tests %s, which is not in tools/", name)
		}
	}
}
