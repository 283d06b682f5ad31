package load

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
)

//go:embed load.md.tmpl
var page string

func report(starts []*start) ([]byte, error) {
	layout, err := template.New("load.md").Option("missingkey=error").Parse(page)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = layout.Execute(&text, starts)
	return text.Bytes(), err
}

// Title and the rest are what the page's template asks for.
func (s *start) Title() string { return s.title }

func (s *start) Table() string {
	columns := []string{"policy", "`max_retries`", "time to drain", "attempts a run, mean", "p99", "most", "requests", "refused", "runs that gave up", "highest retry wave"}
	var table strings.Builder
	row := func(cells ...string) { table.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(columns...)
	row(append([]string{"---"}, slices.Repeat([]string{"---:"}, len(columns)-1)...)...)
	for _, o := range s.outcomes {
		row(o.policy, fmt.Sprint(o.maxRetries), o.Seconds()+" s", fmt.Sprintf("%.2f", float64(total(o.Attempts))/runs),
			fmt.Sprint(o.Attempts[runs*99/100]), fmt.Sprint(slices.Max(o.Attempts)), fmt.Sprint(total(o.Requests)),
			fmt.Sprintf("%d %%", 100*o.Refused/total(o.Requests)), fmt.Sprint(o.GaveUp), fmt.Sprint(o.Wave()))
	}
	return table.String()
}

// Outcome returns what came of a policy with one of maxRetries, by their numbers.
func (s *start) Outcome(policy, retries int) *outcome {
	return s.outcomes[policy*len(maxRetries)+retries]
}

func (o *outcome) Seconds() string { return fmt.Sprintf("%.0f", o.Drain.Seconds()) }

func (o *outcome) Wave() int { return slices.Max(o.Retries) }
