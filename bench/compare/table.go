package main

import (
	"context"
	"fmt"
	"image/color"
	"runtime"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/bench"
)

// row is one line of the table.
type row struct {
	work, ours, floor, beyond string
	cpu                       string // ours and the floor's
	ratio, target             float64
	cpuRatio                  float64 // of the whole plan, 0 if there is none
	counts, why               string
	profile                   func(context.Context) (string, error) // nil if there is no plan to profile
}

// table is all that is measured.
type table struct {
	options
	lab   *lab
	busy  string
	trace string // what the framework's trace costs
	rows  []row
	lines []bench.Line
}

func (t *table) fill(ctx context.Context, files *folders) error {
	if err := t.provider(ctx); err != nil {
		return err
	}
	some, err := works(t.lab.issuer, files)
	if err != nil {
		return err
	}
	var highest *row // of all works
	for _, kind := range []string{"data", "ephemeral"} {
		single, thousand, growth, err := t.growth(ctx, kind)
		if err != nil {
			return err
		}
		t.rows = append(t.rows, *single)
		measured := []work{equal(t.lab.issuer, 1.2)}
		results := []*result{thousand}
		for _, w := range some {
			r, err := t.lab.measure(ctx, kind, w, t.blocks, t.rounds)
			if err != nil {
				return err
			}
			measured, results = append(measured, w), append(results, r)
		}
		if kind == "data" {
			r, err := t.lab.measure(ctx, kind, decode(files), t.blocks, t.rounds)
			if err != nil {
				return err
			}
			measured, results = append(measured, decode(files)), append(results, r)
		}
		for n, w := range measured {
			line := planned(kind, w, results[n])
			line.profile = func(ctx context.Context) (string, error) { return t.lab.profile(ctx, kind, w, t.blocks) }
			t.rows = append(t.rows, line)
			if err := t.lab.peaks(ctx, kind, w, results[n]); err != nil {
				return err
			}
			peak := peakRow(kind, w, results[n])
			if highest == nil || peak.ratio > highest.ratio {
				highest = &peak
			}
		}
		t.rows = append(t.rows, *growth)
	}
	t.rows = append(t.rows, *highest)
	return t.traced(ctx)
}

// traced measures the floor as the framework leaves it.
func (t *table) traced(ctx context.Context) error {
	w := equal(t.lab.issuer, 1.2)
	space, err := newWorkspace(t.lab.cli, t.lab.folder+"/traced", w.hcl("data", t.blocks), t.lab.environment)
	if err != nil {
		return err
	}
	var with, without series
	for range t.few {
		one, err := space.plan(ctx, t.lab.floor.folder, "TF_LOG_SDK=trace")
		if err != nil {
			return err
		}
		with.add(one)
		if one, err = space.plan(ctx, t.lab.floor.folder); err != nil {
			return err
		}
		without.add(one)
	}
	t.trace = fmt.Sprintf("A floor that traces takes %s for %s (CPU %s), one that does not %s (CPU %s).",
		round(median(with.wall)), w.titled(t.blocks), round(median(with.cpu)), round(median(without.wall)), round(median(without.cpu)))
	return nil
}

// provider measures what is no plan.
func (t *table) provider(ctx context.Context) error {
	ours, floor, err := t.lab.handshakes(ctx, 10*t.rounds)
	if err != nil {
		return err
	}
	say("handshake: ours %s, floor %s", round(ours), round(floor))
	megabytes := func(size int64) string { return fmt.Sprintf("%.1f MB", float64(size)/1e6) }
	t.rows = append(t.rows,
		row{
			work: "provider start to plugin handshake", ours: round(ours).String(), floor: round(floor).String(),
			ratio: ours.Seconds() / floor.Seconds(), target: 1.3,
			why: "The runtime loads a larger binary, and net/http and crypto initialize themselves.",
		},
		row{
			work: "binary, stripped", ours: megabytes(t.lab.ours.size), floor: megabytes(t.lab.floor.size),
			ratio: float64(t.lab.ours.size) / float64(t.lab.floor.size), target: 1.15,
			why: "go-jose, net/http's client and the texts of the schemas.",
		})
	return nil
}

// growth measures equal access tokens, from one to ten times the usual.
func (t *table) growth(ctx context.Context, kind string) (single *row, thousand *result, growth *row, err error) {
	ours := bench.Line{Name: "this provider, " + kind, Color: hue[kind]}
	floor := bench.Line{Name: "floor, " + kind, Color: hue[kind], Dashed: true}
	var large *result
	for count, rounds := range steps(t.options) {
		r, err := t.lab.measure(ctx, kind, equal(t.lab.issuer, 1.2), count, rounds)
		if err != nil {
			return nil, nil, nil, err
		}
		ours.Points = append(ours.Points, bench.Point{X: float64(count), Y: r.ours.Seconds()})
		floor.Points = append(floor.Points, bench.Point{X: float64(count), Y: r.floor.Seconds()})
		switch count {
		case 1:
			one := planned(kind, equal(t.lab.issuer, 1.25), r)
			one.work = fmt.Sprintf("plan, 1 access token (%s)", kind)
			single = &one
		case t.blocks:
			thousand = r
		case 10 * t.blocks:
			large = r
		}
	}
	t.lines = append(t.lines, ours, floor)
	perBlock := func(some, all time.Duration) float64 { return all.Seconds() / some.Seconds() / 10 }
	own, least := perBlock(thousand.ours, large.ours), perBlock(thousand.floor, large.floor)
	growth = &row{
		work: fmt.Sprintf("growth of the time a block, %d to %d access tokens (%s)", t.blocks, 10*t.blocks, kind),
		ours: fmt.Sprintf("%.2f (%s)", own, round(large.ours)), floor: fmt.Sprintf("%.2f (%s)", least, round(large.floor)),
		ratio: own / least, target: 1.1, counts: large.counts.String(),
		why: "The large plans are made few times, so this ratio is the least certain one.",
	}
	return single, thousand, growth, nil
}

// steps are the numbers of blocks with the rounds for each.
func steps(o options) func(func(int, int) bool) {
	return func(yield func(int, int) bool) {
		_ = yield(1, 3*o.rounds) && yield(10, o.few) && yield(100, o.few) && yield(o.blocks, o.rounds) && yield(10*o.blocks, o.few)
	}
}

func planned(kind string, w work, r *result) row {
	line := row{
		work: fmt.Sprintf("plan, %s (%s)", w.titled(r.count), kind), ours: round(r.ours).String(), floor: round(r.floor).String(),
		ratio: r.ratio(), target: w.target, counts: r.counts.String(), why: w.why,
		cpu: fmt.Sprintf("%s / %s", round(r.oursCPU), round(r.floorCPU)), cpuRatio: r.oursCPU.Seconds() / r.floorCPU.Seconds(),
	}
	if w.function != "" {
		line.work = "plan, " + w.titled(r.count)
	}
	if w.bare != nil {
		line.beyond = fmt.Sprintf("%s beyond the floor, %s of %s", round(r.beyond), round(r.bare), w.bareName)
		line.why = r.account(w.bareName) + " " + w.why
	}
	return line
}

// account tells what the time beyond the floor is made of.
func (r *result) account(bareName string) string {
	cores := time.Duration(runtime.NumCPU())
	beyond := r.oursCPU - r.floorCPU
	text, included := fmt.Sprintf("Beyond the floor, CLI and provider take %s of CPU", round(beyond)), ""
	if r.counts != (counts{}) {
		text += fmt.Sprintf(" and the issuer %s", round(r.issuerCPU))
		beyond += r.issuerCPU
		included = ", issuer included,"
	}
	return text + fmt.Sprintf(": %s on each of %d cores that are busy already. For %s it is %s of CPU%s on cores that have nothing else to do.",
		round(beyond/cores), cores, bareName, round(r.bareCPU), included)
}

func peakRow(kind string, w work, r *result) row {
	megabytes := func(kib int) string { return fmt.Sprintf("%.1f MB", float64(kib)*1024/1e6) }
	return row{
		work: fmt.Sprintf("peak memory of the provider, highest ratio of all plans above: %s (%s)", w.titled(r.count), kind), ours: megabytes(r.oursPeak), floor: megabytes(r.floorPeak),
		ratio: float64(r.oursPeak) / float64(r.floorPeak), target: 1.5,
		why: "Garbage is collected when it has grown as large as what is in use.",
	}
}

var hue = map[string]color.Color{
	"data": color.RGBA{R: 0x1f, G: 0x77, B: 0xb4, A: 0xff}, "ephemeral": color.RGBA{R: 0xd6, G: 0x5f, B: 0x0e, A: 0xff},
}

func (t *table) draw(path string) error {
	return bench.Plot(path, "terraform plan of equal access tokens", "number of blocks", "wall time in seconds", t.lines)
}
