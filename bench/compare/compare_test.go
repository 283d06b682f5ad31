// Package compare measures plans with this provider and with the floor, a provider
// that does nothing. It writes docs/benchmarks.md.
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
	cli    = flag.String("cli", "terraform", "terraform or tofu")
	docs   = flag.String("docs", "../../docs", "folder to write benchmarks.md and benchmarks.svg to")
	blocks = flag.Int("blocks", 1000, "number of blocks in a plan; the largest plans have ten times as many")
	rounds = flag.Int("rounds", 5, "number of plans with each provider; half as many of the largest plans")
)

//go:embed benchmarks.md.tmpl
var layout string

// BenchmarkPlans measures everything once and writes the page.
func BenchmarkPlans(b *testing.B) {
	r := &report{Machine: machine(b), Rounds: *rounds, Blocks: *blocks, lab: newLab(b)}
	r.start()
	works := r.works(*blocks)
	for _, kind := range []string{"data", "ephemeral"} {
		r.growth(kind, works[0])
		for n, w := range works[1:] {
			if n < len(works)-2 || kind == "data" {
				r.plan(kind, w, *blocks, *rounds)
			}
		}
	}
	r.Rows = append(r.Rows, r.memory)
	r.Traced = r.compare("data", works[0], *blocks, fewer(), r.floor.with("TF_LOG_SDK=trace"), r.floor)
	var page bytes.Buffer
	if err := template.Must(template.New("page").Parse(layout)).Execute(&page, r); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*docs, "benchmarks.md"), page.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	if err := bench.Plot(filepath.Join(*docs, "benchmarks.svg"), r.panel); err != nil {
		b.Fatal(err)
	}
}

// fewer is the number of plans where one takes long or only the plot needs it.
func fewer() int { return max(*rounds/2, 1) }

// report is the data of the page.
type report struct {
	*lab
	Machine        string
	Rounds, Blocks int
	Rows           []row
	Traced         figures // of a floor that traces, and of the floor
	memory         row     // of the plan with the highest ratio
	panel          bench.Panel
}

// row is a row of the first table. The second has Details, of plans only.
type row struct {
	Name, Ours, Floor string
	Ratio, Target     float64
	Details           string
}

func newRow(name, format string, ours, floor, target float64) row {
	return row{Name: name, Ours: fmt.Sprintf(format, ours), Floor: fmt.Sprintf(format, floor), Ratio: ours / floor, Target: target}
}

// Met reports whether the ratio, as it is printed, meets the target.
func (r row) Met() bool { return r.Ratio < r.Target+0.005 }

// Met counts the rows that meet their target.
func (r *report) Met() (met int) {
	for _, each := range r.Rows {
		if each.Met() {
			met++
		}
	}
	return met
}

// start adds what needs no CLI.
func (r *report) start() {
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
	r.Rows = append(r.Rows, newRow("start until the plugin handshake, wall time", "%.1f ms", median(ours), median(floor), 1.3),
		newRow("size of the binary", "%.1f MB", size(r.ours), size(r.floor), 1.15))
}

// plan adds a plan.
func (r *report) plan(kind string, w work, count, rounds int) figures {
	f := r.compare(kind, w, count, rounds, r.ours, r.floor)
	name := fmt.Sprintf("%d %s", count, w.name)
	if count == 1 {
		name = "1 access token"
	}
	if w.expression == "" {
		name += " (" + kind + ")"
	}
	line := newRow(name, "%.2f s", f.Ours.CPU, f.Floor.CPU, w.target)
	line.Ratio = f.Ratio
	ours, floor := r.meter(w.hcl(kind, count), r.ours), r.meter(w.hcl(kind, count), r.floor)
	bare := ""
	if f.Requests > 0 {
		bare = fmt.Sprintf("%.2f s", f.Bare)
	}
	line.Details = bench.Row(name, fmt.Sprintf("%.2f s / %.2f s", f.Ours.Wall, f.Floor.Wall), bare,
		fmt.Sprintf("%.2f s / %.2f s", ours.CPU, floor.CPU), fmt.Sprintf("%.0f MB / %.0f MB", ours.Megabytes, floor.Megabytes), f.Requests)
	if memory := newRow("memory of the provider, highest ratio: "+name, "%.0f MB", ours.Megabytes, floor.Megabytes, 1.5); memory.Ratio > r.memory.Ratio {
		r.memory = memory
	}
	r.Rows = append(r.Rows, line)
	return f
}

// growth adds plans of one work, from one block to the largest number.
func (r *report) growth(kind string, w work) {
	color := len(r.panel.Lines) / 2
	ours := bench.Line{Name: "this provider, " + kind, Color: color}
	floor := bench.Line{Name: "floor, " + kind, Color: color, Dashed: true}
	add := func(count int, f figures) figures {
		ours.Points = append(ours.Points, plotter.XY{X: float64(count), Y: f.Ours.CPU})
		floor.Points = append(floor.Points, plotter.XY{X: float64(count), Y: f.Floor.CPU})
		return f
	}
	n := *blocks
	add(1, r.plan(kind, w, 1, 3**rounds))
	for _, count := range []int{n / 100, n / 10} {
		add(count, r.compare(kind, w, count, fewer(), r.ours, r.floor))
	}
	base := add(n, r.plan(kind, w, n, *rounds))
	most := add(10*n, r.compare(kind, w, 10*n, fewer(), r.ours, r.floor))
	r.Rows = append(r.Rows, newRow(fmt.Sprintf("growth per block from %d to %d %s (%s)", n, 10*n, w.name, kind), "%.2f",
		most.Ours.CPU/base.Ours.CPU/10, most.Floor.CPU/base.Floor.CPU/10, 1.1))
	r.panel = bench.Panel{
		Title: "CPU time in seconds of a plan of access tokens with equal scopes", X: "number of blocks",
		LogX: true, LogY: true, LegendLeft: true, Lines: append(r.panel.Lines, ours, floor),
	}
}

// machine describes what is measured on.
func machine(b *testing.B) string {
	command := exec.CommandContext(b.Context(), *cli, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		b.Fatalf("%s version: %v", *cli, err)
	}
	version, _, _ := strings.Cut(string(output), "\n")
	description := fmt.Sprintf("%s, %s, %d cores, %s/%s", version, runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		description += ", load average " + strings.Fields(string(load))[0] + " before"
	}
	return description
}
