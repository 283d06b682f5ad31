package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Diagnostics contains the errors and warnings that one or more calls returned.
type Diagnostics []*tfprotov6.Diagnostic

// String returns the severity, attribute path, summary and detail of each diagnostic. Each
// diagnostic begins on a new line.
func (d Diagnostics) String() string {
	path := strings.NewReplacer("AttributeName(\"", "", "\")", "", "ElementKeyString(\"", "", "ElementKeyValue(", "[")
	var lines []string
	for _, each := range d {
		attribute := ""
		if each.Attribute != nil {
			attribute = path.Replace(each.Attribute.String())
		}
		lines = append(lines, fmt.Sprintf("%s [%s] %s: %s", each.Severity, attribute, each.Summary, each.Detail))
	}
	return strings.Join(lines, "\n")
}

// Failed reports whether the diagnostics contain an error, or a warning whose summary
// begins with "Unable to".
func (d Diagnostics) Failed() bool {
	for _, each := range d {
		if each.Severity == tfprotov6.DiagnosticSeverityError || strings.HasPrefix(each.Summary, "Unable to") {
			return true
		}
	}
	return false
}

// CheckContains reports a test error for each text that is missing from the diagnostics.
func CheckContains(t testing.TB, found Diagnostics, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(found.String(), text) {
			t.Errorf("the diagnostics do not contain %q:\n%s", text, found)
		}
	}
}
