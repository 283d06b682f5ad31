package provider_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The module tests in the guides must pass with mocks and without requests. They must fail if the
// module is incorrect.
func TestAccModuleTests(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	suites, err := filepath.Glob(filepath.Join(exampleRoot, "guides", "*", "tests"))
	if err != nil || len(suites) == 0 {
		t.Fatalf("no module tests found: %v", err)
	}
	for _, suite := range suites {
		folder := filepath.Dir(suite)
		subtests.Run(filepath.Base(folder), func(t *testing.T) {
			i := acctest.StartIssuer(t)
			c := acctest.NewWorkspace(t, "ZITADEL_ISSUER="+i.URL)
			acctest.CopyFolder(t, folder, c.Folder)
			c.InstallProviders()
			if output := c.MustRun("test", "-no-color"); !acctest.ContainsAll(output, "Success!") {
				t.Errorf("the output does not report success:\n%s", output)
			}
			if n := i.Connections(); n > 0 {
				t.Errorf("%d connections to the issuer, want none", n)
			}
			variables := filepath.Join(c.Folder, "variables.tf")
			acctest.WriteFile(
				t,
				c.Folder,
				"variables.tf",
				[]byte(strings.Replace(acctest.ReadFile(t, variables), `"writer"`, `"reader"`, 1)),
			)
			output, err := c.Run("test", "-no-color")
			if err == nil || !acctest.ContainsAll(output, "A reader must not be allowed to deploy.") {
				t.Errorf("incorrect module: got error %v, want a failed test:\n%s", err, output)
			}
		})
	}
}

var variablePattern = regexp.MustCompile(`(?m)^variable "(\w+)"`)

// variablesOf returns the names of the variables that a module declares.
func variablesOf(t *testing.T, folder string) (names []string) {
	t.Helper()
	for _, found := range variablePattern.FindAllStringSubmatch(moduleText(t, folder), -1) {
		names = append(names, found[1])
	}
	return names
}

// moduleText returns the text of all files of a module.
func moduleText(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, at := range files {
		text.WriteString(acctest.ReadFile(t, at))
	}
	return text.String()
}
