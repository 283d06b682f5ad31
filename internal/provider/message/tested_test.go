package message_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// TestEveryCodeIsTested checks that each code appears in a test, or in JSON test data, of a package
// other than this one.
func TestEveryCodeIsTested(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	code := regexp.MustCompile(`[a-z0-9]+(?:-[a-z0-9]+)*`)
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		isTest := strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") && filepath.Ext(path) == ".json"
		if err != nil || entry.IsDir() || !isTest || filepath.Base(filepath.Dir(path)) == "message" {
			return err
		}
		content, err := os.ReadFile(path)
		for _, found := range code.FindAllString(string(content), -1) {
			named[found] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range message.Sections() {
		for _, m := range section.Messages {
			if !named[m.Code] {
				t.Errorf("no test contains the code %s", m.Code)
			}
		}
	}
}
