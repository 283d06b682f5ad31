package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

const introduction = `# What a block costs

Written by "make bench". It plans with this provider and with a floor, by turns in one run: a provider of the same framework whose blocks have the same attributes and give back constants of the same length. What the floor takes is the CLI and the framework. The issuer is the built-in one, on loopback. Times are medians. CPU is that of the CLI and of the provider's processes; it is less troubled by what else the machine does.

A ratio is ours to the floor, or, where a bare measure is named, our time beyond the floor to that: a bare Go client makes the same requests, ten at once on connections that are used again, with the assertion signed once; bare signatures are made on all cores. From run to run a ratio differs by a tenth, of the time beyond the floor by more: look at the CPU beside it.

`

// page writes the measurements down.
func (t *table) page(ctx context.Context) (string, error) {
	var page strings.Builder
	page.WriteString(introduction)
	fmt.Fprintf(&page, "%s, %s, %d cores, %s/%s. %d rounds, %d of the largest plans.%s\n\n",
		t.lab.version(ctx), runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, t.rounds, t.few, t.busy)
	page.WriteString("| work | ours | floor | ratio | target | | CPU, ours / floor | at the issuer |\n|---|---|---|---|---|---|---|---|\n")
	var missed []row
	for _, r := range t.rows {
		verdict := "met"
		if r.ratio > r.target {
			verdict = "**missed**"
			missed = append(missed, r)
		}
		ours := r.ours
		if r.beyond != "" {
			ours += " (" + r.beyond + ")"
		}
		fmt.Fprintf(&page, "| %s | %s | %s | %.2f | %.2f | %s | %s | %s |\n", r.work, ours, r.floor, r.ratio, r.target, verdict, r.cpu, r.counts)
	}
	page.WriteString("\nThe framework traces each call, dozens of lines for a block, and a CLI that was not told to log reads and drops them. This provider turns that off then, and so does the floor, to be as low as it can be. " + t.trace + "\n")
	if len(missed) > 0 {
		page.WriteString("\n## Missed\n\n")
		for _, r := range missed {
			cpu := ""
			if r.cpuRatio > 0 {
				cpu = fmt.Sprintf(" By CPU the whole plan takes %.2f times what the floor's takes.", r.cpuRatio)
			}
			fmt.Fprintf(&page, "- %s: %.2f, and %.2f was wanted.%s %s", r.work, r.ratio, r.target, cpu, r.why)
			if r.profile != nil {
				profile, err := r.profile(ctx)
				if err != nil {
					return "", err
				}
				page.WriteString(" A profile of the provider, in one plan: " + profile + ".")
			}
			page.WriteString("\n")
		}
	}
	page.WriteString("\n![Wall time of a plan against the number of blocks](benchmarks.svg)\n\n")
	startup, err := t.lab.startup(ctx)
	page.WriteString(startup)
	return page.String(), err
}

// version names the CLI.
func (b *lab) version(ctx context.Context) string {
	command := exec.CommandContext(ctx, b.cli, "version") //nolint:gosec // the CLI that the caller names
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		return "an unknown CLI"
	}
	first, _, _ := strings.Cut(string(output), "\n")
	return first
}

// busy tells what else the machine does, where it can be known.
func busy() string {
	content, err := os.ReadFile("/proc/loadavg")
	minute, _, found := strings.Cut(string(content), " ")
	if err != nil || !found {
		return ""
	}
	return " The load average was " + minute + " before the first of them."
}
