package load

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"
	"time"

	"gonum.org/v1/plot/plotter"

	"github.com/zitadel-tokens/terraform-provider-zitadel/bench"
)

//go:embed load.md.tmpl
var layout string

// report contains the data for the page.
type report struct {
	Before recording
	After  map[string]outcome
}

func (r *report) page() ([]byte, error) {
	parsed, err := template.New("load.md").Parse(layout)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, r)
	return text.Bytes(), err
}

// Limited returns the table for the runs that share a rate limit and all start within
// starts[start].
func (r *report) Limited(start int) string {
	text := bench.Row(
		"policy",
		"`max_retries`",
		"last run finished",
		"requests per run",
		"rejected",
		"runs that failed",
		"most requests in a second",
	) +
		bench.Row(
			"---",
			"---:",
			"---:",
			"---:",
			"---:",
			"---:",
			"---:",
		)
	add := func(policy string, retries int, o outcome) {
		text += bench.Row(policy, retries, seconds(o.Finished), fmt.Sprintf("%.2f", float64(o.Requests)/runs),
			fmt.Sprintf("%d %%", 100*o.Limited/o.Requests), o.Failed, o.Busiest)
	}
	for _, retries := range maxRetries {
		add("before", retries, r.Before.Outcomes[limited(starts[start], policies[0], retries).name])
		for _, p := range policies {
			add(p.name, retries, r.After[limited(starts[start], p, retries).name])
		}
	}
	return text
}

// LimitedFailed returns the number of runs that fail with the provider's policy if all runs
// start within starts[start].
func (r *report) LimitedFailed(start, retries int) int {
	return r.After[limited(starts[start], policies[0], retries).name].Failed
}

// Healthy returns the number of requests that a run of works[work] sends if the instance is
// up.
func (r *report) Healthy(work int) int {
	return r.After[failing(outages[0], works[work], parallel[0], 0).name].Requests
}

// section is a table with a title.
type section struct{ Title, Table string }

// Outages returns a table for each kind of outage. Kinds with identical figures share a table.
func (r *report) Outages() (all []section) {
	for _, o := range outages {
		table := r.outage(o)
		if n := slices.IndexFunc(all, func(s section) bool { return s.Table == table }); n >= 0 {
			all[n].Title += "; " + o.name
			continue
		}
		all = append(all, section{o.name, table})
	}
	return all
}

func (r *report) outage(o outage) string {
	text := bench.Row(
		"down for",
		"at once",
		"blocks",
		"requests while down",
		"requests in all",
		"blocks that failed",
		"last block finished",
		"most requests in a second",
	) +
		bench.Row(
			"---",
			"---:",
			"---",
			"---:",
			"---:",
			"---:",
			"---:",
			"---:",
		)
	for _, down := range downs {
		for _, n := range parallel {
			// Kinds of work with identical figures share a row.
			var names, figures []string
			for _, w := range works {
				row := r.figures(failing(o, w, n, down))
				if at := slices.Index(figures, row); at >= 0 {
					names[at] += "; " + w.name
					continue
				}
				names, figures = append(names, w.name), append(figures, row)
			}
			for at := range figures {
				text += strings.TrimSuffix(bench.Row(brief(down), n, names[at]), "\n") + figures[at]
			}
		}
	}
	return text
}

// figures returns the last cells of a simulation's row, which compare the recorded commit's
// figures with the current ones.
func (r *report) figures(s simulation) string {
	before, after := r.Before.Outcomes[s.name], r.After[s.name]
	return bench.Row(change(before.During, after.During), change(before.Requests, after.Requests),
		change(before.Failed, after.Failed),
		change(seconds(before.Finished), seconds(after.Finished)), change(before.Busiest, after.Busiest))[1:]
}

func change[V comparable](before, after V) string {
	if before == after {
		return fmt.Sprint(after)
	}
	return fmt.Sprintf("%v → %v", before, after)
}

func seconds(s float64) string { return fmt.Sprintf("%.0f s", s) }

func brief(d time.Duration) string {
	if d >= time.Minute {
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return seconds(d.Seconds())
}

// plot writes an SVG file with plots of the requests per second.
func (r *report) plot(path string) error {
	panel := func(title string, end float64, lines ...bench.Line) bench.Panel {
		return bench.Panel{Title: "Requests per second of " + title, X: "time (s)", LogY: true, MaxX: end, Lines: lines}
	}
	line := func(name string, color int, dashed bool, o outcome) bench.Line {
		l := bench.Line{Name: name, Color: color, Dashed: dashed, Steps: true}
		for second, requests := range o.Seconds {
			l.Points = append(l.Points, plotter.XY{X: float64(second), Y: math.Max(float64(requests), 1)})
		}
		return l
	}
	var panels []bench.Panel
	for _, within := range starts {
		s, rigid := limited(within, policies[0], maxRetries[0]).name, limited(within, policies[1], maxRetries[0]).name
		panels = append(panels, panel(
			"10,000 runs that start within "+brief(within),
			120,
			line(
				"before",
				1,
				false,
				r.Before.Outcomes[s],
			),
			line("as built", 0, false, r.After[s]),
			line("without jitter", 2, true, r.After[rigid]),
		))
	}
	var lines []bench.Line
	for n, atOnce := range parallel {
		s := failing(outages[0], works[1], atOnce, downs[1]).name
		lines = append(lines, line(fmt.Sprintf("before, %d at once", atOnce), 1, n == 1, r.Before.Outcomes[s]),
			line(fmt.Sprintf("as built, %d at once", atOnce), 0, n == 1, r.After[s]))
	}
	return bench.Plot(
		path,
		append(panels, panel("1000 blocks with different scopes, connections refused for 30 s", 60, lines...))...)
}
