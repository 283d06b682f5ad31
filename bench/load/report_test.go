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
var pageTemplate string

// report contains the outcomes by the names of the simulations.
type report map[string]outcome

// page returns the page.
func (r report) page() ([]byte, error) {
	parsed, err := template.New("load.md").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, r)
	return text.Bytes(), err
}

// RateLimit returns a table of the runs that share a rate limit, for the period with
// this index in starts.
func (r report) RateLimit(start int) string {
	text := bench.Row("policy", "`max_retries`", "last run finished", "requests per run", "rejected",
		"runs that failed", "most requests in a second") +
		bench.Row("---", "---:", "---:", "---:", "---:", "---:", "---:")
	for _, retries := range maxRetries {
		for _, p := range policies {
			o := r[rateLimit(starts[start], p, retries).name]
			text += bench.Row(p.name, retries, seconds(o.Finished), fmt.Sprintf("%.2f", float64(o.Requests)/runs),
				fmt.Sprintf("%d %%", 100*o.Limited/o.Requests), o.Failed, o.Busiest)
		}
	}
	return text
}

// RateLimitFailed returns the number of runs that fail as built, for the period with
// this index in starts.
func (r report) RateLimitFailed(start, retries int) int {
	return r[rateLimit(starts[start], policies[0], retries).name].Failed
}

// Healthy returns the number of requests without an outage, for the workload with this
// index.
func (r report) Healthy(workload int) int {
	return r[failing(outages[0], workloads[workload], parallel[0], 0).name].Requests
}

// section is a table with a title.
type section struct{ Title, Table string }

// Outages returns a table for each outage. Outages with equal figures share a table.
func (r report) Outages() (all []section) {
	for _, o := range outages {
		table := r.outageTable(o)
		if n := slices.IndexFunc(all, func(s section) bool { return s.Table == table }); n >= 0 {
			all[n].Title += "; " + o.name
			continue
		}
		all = append(all, section{o.name, table})
	}
	return all
}

// outageTable returns the table of an outage.
func (r report) outageTable(o outage) string {
	text := bench.Row("down for", "at once", "blocks", "requests while down", "requests in all",
		"blocks that failed", "last block finished", "most requests in a second") +
		bench.Row("---", "---:", "---", "---:", "---:", "---:", "---:", "---:")
	for _, down := range downs {
		for _, n := range parallel {
			// Workloads with equal figures share a row.
			var names, figures []string
			for _, w := range workloads {
				row := figureCells(r[failing(o, w, n, down).name])
				if at := slices.Index(figures, row); at >= 0 {
					names[at] += "; " + w.name
					continue
				}
				names, figures = append(names, w.name), append(figures, row)
			}
			for at := range figures {
				text += strings.TrimSuffix(bench.Row(shortDuration(down), n, names[at]), "|\n") + figures[at]
			}
		}
	}
	return text
}

// figureCells returns the last cells of a row.
func figureCells(o outcome) string {
	return bench.Row(o.During, o.Requests, o.Failed, seconds(o.Finished), o.Busiest)
}

// seconds formats a number of seconds.
func seconds(s float64) string { return fmt.Sprintf("%.0f s", s) }

// shortDuration formats a duration in minutes or seconds.
func shortDuration(d time.Duration) string {
	if d >= time.Minute {
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return seconds(d.Seconds())
}

// plot draws the requests of each second.
func (r report) plot(path string) error {
	panel := func(title string, end float64, lines ...bench.Line) bench.Panel {
		return bench.Panel{Title: "Requests per second of " + title, X: "time (s)", LogY: true, MaxX: end, Lines: lines}
	}
	line := func(name string, color int, dashed bool, s simulation) bench.Line {
		l := bench.Line{Name: name, Color: color, Dashed: dashed, Steps: true}
		for second, requests := range r[s.name].Seconds {
			l.Points = append(l.Points, plotter.XY{X: float64(second), Y: math.Max(float64(requests), 1)})
		}
		return l
	}
	var panels []bench.Panel
	for _, within := range starts {
		panels = append(panels, panel("10,000 runs that start within "+shortDuration(within), 120,
			line("as built", 0, false, rateLimit(within, policies[0], maxRetries[0])),
			line("without jitter", 2, true, rateLimit(within, policies[1], maxRetries[0]))))
	}
	var lines []bench.Line
	for n, atOnce := range parallel {
		lines = append(lines, line(fmt.Sprintf("%d at once", atOnce), n, n == 1,
			failing(outages[0], workloads[1], atOnce, downs[1])))
	}
	title := "1000 blocks with different scopes, connections refused for 30 s"
	return bench.Plot(path, append(panels, panel(title, 60, lines...))...)
}
