// Command compare measures the provider against a floor that does nothing, in
// one run and by turns, and writes what it finds to docs/benchmarks.md and
// docs/benchmarks.svg.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// options say how much is measured.
type options struct {
	cli, root string
	docs      string // folder to write to
	blocks    int    // 1000; the growth is to ten times that
	rounds    int    // of plans of so many blocks
	few       int    // of the largest plans
}

func main() {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the issuer's library logs
	var o options
	flag.StringVar(&o.cli, "cli", os.Getenv("BENCH_CLI"), "terraform or tofu, by its absolute path")
	flag.StringVar(&o.root, "root", "..", "the folder of the provider's module")
	flag.StringVar(&o.docs, "docs", "../docs", "the folder to write to")
	flag.IntVar(&o.blocks, "blocks", 1000, "how many blocks a plan has")
	flag.IntVar(&o.rounds, "rounds", 5, "how often such a plan is made with either provider")
	flag.IntVar(&o.few, "few", 3, "the same of plans with ten times as many blocks")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := compare(ctx, o); err != nil {
		say("compare: %v", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context, o options) (err error) {
	if o.cli == "" {
		return errors.New("-cli must name terraform or tofu; \"make bench\" finds one")
	}
	folder, err := os.MkdirTemp("", "zitadel-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	b := &lab{cli: o.cli, folder: folder}
	idle := busy()
	say("Build the provider and the floor.")
	if b.ours, err = build(ctx, "ours", o.root, ".", folder); err != nil {
		return err
	}
	if b.floor, err = build(ctx, "floor", ".", "./floor", folder); err != nil {
		return err
	}
	if b.peak, err = build(ctx, "peak", ".", "./peak", folder); err != nil {
		return err
	}
	if b.profiled, err = build(ctx, "profiled", ".", "./profile", folder); err != nil {
		return err
	}
	if b.issuer, err = startIssuer(); err != nil {
		return err
	}
	defer b.issuer.Close()
	files, err := prepare(ctx, b.issuer, folder, o.blocks)
	if err != nil {
		return err
	}
	b.environment = []string{"ZITADEL_ISSUER=" + b.issuer.URL, "ZITADEL_KEY_FILE=" + files.key}
	t := &table{options: o, lab: b, busy: idle}
	if err := t.fill(ctx, files); err != nil {
		return err
	}
	page, err := t.page(ctx)
	if err != nil {
		return err
	}
	if _, err := os.Stdout.WriteString(page); err != nil {
		return err
	}
	if err := t.draw(filepath.Join(o.docs, "benchmarks.svg")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.docs, "benchmarks.md"), []byte(page), 0o644) //nolint:gosec // a page for everybody
}
