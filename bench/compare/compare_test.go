// Package compare measures the cost of plans with this provider and with the floor, a provider
// whose blocks return constants, and writes the results to docs/benchmarks.md. It runs the
// provider as a binary. It must not import the provider's code, except to request tokens
// before the measurements.
package compare

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"text/template"

	"gonum.org/v1/plot/plotter"

	"github.com/zitadel-tokens/terraform-provider-zitadel/bench"
)

var (
	cli    = flag.String("cli", "terraform", "name or path of terraform or tofu")
	docs   = flag.String("docs", "../../docs", "folder for benchmarks.md and benchmarks.svg")
	blocks = flag.Int("blocks", 1000, "number of blocks in a plan; the largest plans have ten times as many")
	rounds = flag.Int("rounds", 5, "number of plans with each provider; the largest plans run half as often")
)

//go:embed benchmarks.md.tmpl
var pageTemplate string

// BenchmarkPlans takes all measurements once, regardless of b.N, and writes the page and its
// plot.
func BenchmarkPlans(b *testing.B) {
	r := &report{Machine: machine(b), Rounds: *rounds, Blocks: *blocks, fixture: newFixture(b)}
	r.addStart()
	workloads := r.workloads(*blocks)
	for _, kind := range []string{"data", "ephemeral"} {
		r.addGrowth(kind, workloads[0])
		for _, w := range workloads[1:] {
			if w.expression == "" || kind == "data" { // function calls are measured only once
				r.addPlan(kind, w, *blocks, *rounds)
			}
		}
	}
	r.Rows = append(r.Rows, r.memory)
	r.Traced = r.compare("data", workloads[0], *blocks, fewerRounds(), r.floor.with("TF_LOG_SDK=trace"), r.floor)
	var page bytes.Buffer
	if err := template.Must(template.New("page").Parse(pageTemplate)).Execute(&page, r); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*docs, "benchmarks.md"), page.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	if err := bench.Plot(filepath.Join(*docs, "benchmarks.svg"), r.panel); err != nil {
		b.Fatal(err)
	}
}

// fewerRounds returns the number of rounds for plans that are slow or appear only in the plot.
func fewerRounds() int { return max(*rounds/2, 1) }

// report contains the data for the page.
type report struct {
	*fixture
	Machine        string
	Rounds, Blocks int
	Rows           []row
	Traced         comparison // the floor with tracing, compared to the floor without it
	memory         row        // row for the highest memory ratio of any plan
	panel          bench.Panel
}

// row is a row of the first table on the page. If the row is for a plan, Details is the row
// for the same plan in the second table.
type row struct {
	Name, Ours, Floor string
	Ratio, Target     float64
	Details           string
}

// newRow returns a row with the ratio of ours to floor. Both values are formatted with format.
func newRow(name, format string, ours, floor, target float64) row {
	return row{
		Name: name, Ours: fmt.Sprintf(format, ours), Floor: fmt.Sprintf(format, floor),
		Ratio: ours / floor, Target: target,
	}
}

// Met reports whether the ratio, rounded to two decimals, meets the target.
func (r row) Met() bool { return r.Ratio < r.Target+0.005 }

// CountMet returns the number of rows that meet their target.
func (r *report) CountMet() (count int) {
	for _, each := range r.Rows {
		if each.Met() {
			count++
		}
	}
	return count
}

// addStart adds the measurements that require no CLI: startup time and binary size.
func (r *report) addStart() {
	var ours, floor []float64
	for range 10 * *rounds {
		ours, floor = append(ours, r.handshake(r.ours)), append(floor, r.handshake(r.floor))
	}
	size := func(p provider) float64 {
		info, err := os.Stat(p.path())
		if err != nil {
			r.tb.Fatal(err)
		}
		return float64(info.Size()) / 1e6
	}
	r.Rows = append(r.Rows,
		newRow("startup until the plugin handshake, wall time", "%.1f ms", median(ours), median(floor), 1.3),
		newRow("size of the binary", "%.1f MB", size(r.ours), size(r.floor), 1.15))
}

// addPlan compares the two providers in plans that repeat w count times. It adds a row to both
// tables and returns the comparison.
func (r *report) addPlan(kind string, w workload, count, rounds int) comparison {
	c := r.compare(kind, w, count, rounds, r.ours, r.floor)
	name := fmt.Sprintf("%d %s", count, w.name)
	if count == 1 {
		name = "1 access token"
	}
	if w.expression == "" {
		name += " (" + kind + ")"
	}
	line := newRow(name, "%.2f s", c.Ours.CPU, c.Floor.CPU, w.target)
	line.Ratio = c.Ratio
	ours, floor := r.measureProcesses(w.hcl(kind, count), r.ours), r.measureProcesses(w.hcl(kind, count), r.floor)
	bareClient := ""
	if c.Requests > 0 {
		bareClient = fmt.Sprintf("%.2f s", c.BareClient)
	}
	line.Details = bench.Row(name, fmt.Sprintf("%.2f s / %.2f s", c.Ours.Wall, c.Floor.Wall), bareClient,
		fmt.Sprintf("%.2f s / %.2f s", ours.CPU, floor.CPU),
		fmt.Sprintf("%.0f MB / %.0f MB", ours.Megabytes, floor.Megabytes), c.Requests)
	memory := newRow("memory of the provider, highest ratio: "+name, "%.0f MB", ours.Megabytes, floor.Megabytes, 1.5)
	if memory.Ratio > r.memory.Ratio {
		r.memory = memory
	}
	r.Rows = append(r.Rows, line)
	return c
}

// addGrowth compares the two providers in plans of w with an increasing number of blocks. It
// adds rows to the tables and lines to the plot.
func (r *report) addGrowth(kind string, w workload) {
	color := len(r.panel.Lines) / 2
	ours := bench.Line{Name: "this provider, " + kind, Color: color}
	floor := bench.Line{Name: "floor, " + kind, Color: color, Dashed: true}
	add := func(count int, c comparison) comparison {
		ours.Points = append(ours.Points, plotter.XY{X: float64(count), Y: c.Ours.CPU})
		floor.Points = append(floor.Points, plotter.XY{X: float64(count), Y: c.Floor.CPU})
		return c
	}
	n := *blocks
	add(1, r.addPlan(kind, w, 1, 3**rounds))
	for _, count := range []int{n / 100, n / 10} {
		add(count, r.compare(kind, w, count, fewerRounds(), r.ours, r.floor))
	}
	base := add(n, r.addPlan(kind, w, n, *rounds))
	largest := add(10*n, r.compare(kind, w, 10*n, fewerRounds(), r.ours, r.floor))
	name := fmt.Sprintf("growth per block from %d to %d %s (%s)", n, 10*n, w.name, kind)
	r.Rows = append(r.Rows, newRow(name, "%.2f",
		largest.Ours.CPU/base.Ours.CPU/10, largest.Floor.CPU/base.Floor.CPU/10, 1.1))
	r.panel = bench.Panel{
		Title: "CPU time in seconds of plans with access tokens of equal scopes", X: "number of blocks",
		LogX: true, LogY: true, LegendLeft: true, Lines: append(r.panel.Lines, ours, floor),
	}
}

// machine returns a description of the CLI, the Go version and the machine.
func machine(b *testing.B) string {
	command := exec.CommandContext(b.Context(), *cli, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		b.Fatalf("%s version: %v", *cli, err)
	}
	version, _, _ := strings.Cut(string(output), "\n")
	description := fmt.Sprintf("%s, %s, %d cores, %s/%s",
		version, runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		description += ", load average " + strings.Fields(string(load))[0] + " before the benchmark"
	}
	return description
}
