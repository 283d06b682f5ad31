package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// lab is one run of all comparisons.
type lab struct {
	cli, folder string
	environment []string
	ours, floor *binary
	peak        *binary // stands in for either
	profiled    *binary // ours, with a profile
	issuer      *issuer
	workspaces  int
}

// result is what one work took.
type result struct {
	ours, floor, bare, beyond time.Duration // medians; beyond of ours less floor, pair by pair
	oursCPU, floorCPU         time.Duration // medians
	issuerCPU, bareCPU        time.Duration // medians; while ours plans, and of the bare client with the issuer
	count                     int
	counts                    counts
	oursPeak, floorPeak       int // KiB, if asked for
}

// ratio is what the target is for.
func (r result) ratio() float64 {
	if r.bare > 0 {
		return r.beyond.Seconds() / r.bare.Seconds()
	}
	return r.ours.Seconds() / r.floor.Seconds()
}

// measure plans a work with either provider by turns, some rounds.
func (b *lab) measure(ctx context.Context, kind string, w work, count, rounds int) (*result, error) {
	b.workspaces++
	space, err := newWorkspace(b.cli, filepath.Join(b.folder, "work"+strconv.Itoa(b.workspaces)), w.hcl(kind, count), b.environment)
	if err != nil {
		return nil, err
	}
	took := map[*binary]*series{b.ours: {}, b.floor: {}}
	var bare, beyond, issuerCPU, bareCPU []time.Duration
	r := &result{count: count}
	for n := range rounds {
		// Whoever comes second finds caches warm: so it is the other one each time.
		order := []*binary{b.floor, b.ours}
		if n%2 == 1 {
			order = []*binary{b.ours, b.floor}
		}
		for _, each := range order {
			b.issuer.reset()
			before := processorTime()
			one, err := space.plan(ctx, each.folder)
			if err != nil {
				return nil, err
			}
			took[each].add(one)
			if each == b.ours {
				r.counts = b.issuer.counted()
				issuerCPU = append(issuerCPU, processorTime()-before)
			}
		}
		beyond = append(beyond, took[b.ours].wall[n]-took[b.floor].wall[n])
		if w.bare != nil {
			before := processorTime()
			one, err := w.bare(ctx, count)
			if err != nil {
				return nil, err
			}
			bare, bareCPU = append(bare, one), append(bareCPU, processorTime()-before)
		}
	}
	r.ours, r.floor, r.beyond, r.bare = median(took[b.ours].wall), median(took[b.floor].wall), median(beyond), median(bare)
	r.oursCPU, r.floorCPU = median(took[b.ours].cpu), median(took[b.floor].cpu)
	r.issuerCPU, r.bareCPU = median(issuerCPU), median(bareCPU)
	say("%s %s: ours %s (CPU %s, the issuer's %s), floor %s (CPU %s), bare %s (CPU %s); %s", kind, w.titled(count),
		round(r.ours), round(r.oursCPU), round(r.issuerCPU), round(r.floor), round(r.floorCPU), round(r.bare), round(r.bareCPU), r.counts)
	return r, nil
}

// processorTime is what this process has used of all cores: the issuer runs in
// it, and the bare measures do.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// series is what the rounds took.
type series struct{ wall, cpu []time.Duration }

func (s *series) add(c cost) { s.wall, s.cpu = append(s.wall, c.wall), append(s.cpu, c.cpu) }

// peaks plans a work once with either provider and finds out how much memory the
// largest of its processes took.
func (b *lab) peaks(ctx context.Context, kind string, w work, r *result) (err error) {
	space, err := newWorkspace(b.cli, filepath.Join(b.folder, "peaks"), w.hcl(kind, r.count), b.environment)
	if err != nil {
		return err
	}
	if r.oursPeak, err = b.peakOf(ctx, space, b.ours); err == nil {
		r.floorPeak, err = b.peakOf(ctx, space, b.floor)
	}
	say("%s %s: peak memory ours %d KiB, floor %d KiB", kind, w.titled(r.count), r.oursPeak, r.floorPeak)
	return err
}

func (b *lab) peakOf(ctx context.Context, space *workspace, provider *binary) (largest int, err error) {
	list := filepath.Join(b.folder, "peaks.txt")
	if err := os.WriteFile(list, nil, 0o600); err != nil {
		return 0, err
	}
	if _, err := space.plan(ctx, b.peak.folder, "BENCH_PROVIDER="+provider.path, "BENCH_PEAKS="+list); err != nil {
		return 0, err
	}
	content, err := os.ReadFile(list)
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Fields(string(content)) {
		peak, err := strconv.Atoi(line)
		if err != nil {
			return 0, err
		}
		largest = max(largest, peak)
	}
	if largest == 0 {
		return 0, fmt.Errorf("no process of %s told its peak", provider.name)
	}
	return largest, nil
}

// handshakes starts either provider by turns.
func (b *lab) handshakes(ctx context.Context, rounds int) (ours, floor time.Duration, err error) {
	took := map[*binary][]time.Duration{}
	for range rounds {
		for _, each := range []*binary{b.ours, b.floor} {
			one, err := each.handshake(ctx)
			if err != nil {
				return 0, 0, err
			}
			took[each] = append(took[each], one)
		}
	}
	return median(took[b.ours]), median(took[b.floor]), nil
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	middle := len(all) / 2
	if len(all)%2 == 0 {
		return (all[middle-1] + all[middle]) / 2
	}
	return all[middle]
}

// round leaves three digits, since no more can be told.
func round(d time.Duration) time.Duration {
	switch size := d.Abs(); {
	case size >= 10*time.Second:
		return d.Round(100 * time.Millisecond)
	case size >= time.Second:
		return d.Round(10 * time.Millisecond)
	case size >= 100*time.Millisecond:
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Microsecond)
}

func say(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }
