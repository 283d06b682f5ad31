package compatibility

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
)

// Result is the outcome of the acceptance tests with one CLI. The numbers include subtests,
// but not tests that have subtests.
type Result struct {
	CLI     string `json:"cli"` // the result of CLI.String
	Passed  int    `json:"passed"`
	Skipped int    `json:"skipped"`
}

//go:embed results.json
var resultsJSON []byte

// Results returns the latest result of each CLI that "make matrix" has tested. Terraform comes before
// OpenTofu, and older versions come before newer ones.
func Results() (results []Result, err error) {
	err = json.Unmarshal(resultsJSON, &results)
	return results, err
}

// Merge combines results with newer ones, in the order of [Results]. A newer result replaces an older
// result of the same CLI. Merge returns an error if a result's CLI is invalid.
func Merge(results, newer []Result) ([]Result, error) {
	byCLI := map[string]Result{}
	var clis []CLI
	for _, r := range slices.Concat(results, newer) {
		c, err := parseCLI(r.CLI)
		if err != nil {
			return nil, err
		}
		if _, ok := byCLI[r.CLI]; !ok {
			clis = append(clis, c)
		}
		byCLI[r.CLI] = r
	}
	slices.SortFunc(clis, func(a, b CLI) int {
		if a.Name != b.Name {
			return -strings.Compare(a.Name, b.Name)
		}
		return a.Version.Compare(b.Version)
	})
	merged := make([]Result, len(clis))
	for i, c := range clis {
		merged[i] = byCLI[c.String()]
	}
	return merged, nil
}

// parseCLI is the inverse of [CLI.String].
func parseCLI(text string) (CLI, error) {
	name, number, _ := strings.Cut(text, " ")
	v, err := version.NewVersion(number)
	if err != nil || name != Terraform && name != OpenTofu {
		return CLI{}, fmt.Errorf("%q is not the name and version of a CLI", text)
	}
	return CLI{Name: name, Version: v}, nil
}

//go:embed page.md.tmpl
var prose string

// Page returns the contents of docs/compatibility.md for the given results.
func Page(results []Result) (string, error) {
	var clis []CLI
	for _, r := range results {
		c, err := parseCLI(r.CLI)
		if err != nil {
			return "", err
		}
		clis = append(clis, c)
	}
	table, notes := tables(clis, results)
	return strings.NewReplacer("{{table}}", table, "{{notes}}", notes).Replace(prose), nil
}

// tables returns the table of features and the numbered list of exceptions to which the table refers.
func tables(clis []CLI, results []Result) (table, notes string) {
	var b, list strings.Builder
	b.WriteString("| |")
	for _, c := range clis {
		fmt.Fprintf(&b, " %s |", c)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(clis)) + "\n")
	number := 0
	for _, f := range Features {
		numbers := map[*Exception]int{}
		for i := range f.Exceptions {
			number++
			e := &f.Exceptions[i]
			numbers[e] = number
			fmt.Fprintf(&list, "%d. %s: %s (%s)\n", number, span(*e), e.Effect, link(e.Upstream))
		}
		fmt.Fprintf(&b, "| %s |", f.Title)
		for _, c := range clis {
			switch e := f.Exception(c); {
			case !f.Has(c):
				b.WriteString(" – |")
			case e != nil:
				fmt.Fprintf(&b, " no (%d) |", numbers[e])
			default:
				b.WriteString(" yes |")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("| acceptance tests passed |")
	for _, r := range results {
		fmt.Fprintf(&b, " %d |", r.Passed)
	}
	return b.String(), strings.TrimSpace(list.String())
}

// span returns the range of versions that an exception affects.
func span(e Exception) string {
	if e.Before == "" {
		return fmt.Sprintf("%s >= %s", e.CLI, e.From)
	}
	return fmt.Sprintf("%s >= %s, < %s", e.CLI, e.From, e.Before)
}

// link returns a Markdown link to an issue or a pull request on GitHub.
func link(upstream string) string {
	return fmt.Sprintf("[%s #%s](%s)", strings.Split(upstream, "/")[4], path.Base(upstream), upstream)
}
