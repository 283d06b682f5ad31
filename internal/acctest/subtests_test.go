package acctest_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// TestAllSkipped checks that a test with subtests is skipped if and only if all of them
// were skipped.
func TestAllSkipped(t *testing.T) {
	skip := func(t *testing.T) { t.Skip("the reason") }
	pass := func(*testing.T) {}
	inParallel := func(t *testing.T) { t.Parallel() }
	for name, c := range map[string]struct {
		subtests []func(*testing.T)
		skipped  bool
	}{
		"no subtest":              {nil, false},
		"one skipped":             {[]func(*testing.T){skip}, true},
		"all skipped":             {[]func(*testing.T){skip, skip, skip}, true},
		"one passed":              {[]func(*testing.T){skip, pass, skip}, false},
		"all passed":              {[]func(*testing.T){pass, pass}, false},
		"one running in parallel": {[]func(*testing.T){skip, inParallel}, false},
	} {
		var skipped bool
		t.Run(name, func(t *testing.T) {
			t.Run("parent", func(t *testing.T) {
				t.Cleanup(func() { skipped = t.Skipped() })
				subtests := acctest.Subtests(t)
				defer subtests.Done()
				for _, test := range c.subtests {
					subtests.Run("subtest", test)
				}
			})
		})
		if skipped != c.skipped {
			t.Errorf("%s: got skipped %t, want %t", name, skipped, c.skipped)
		}
	}
}
