// Package load simulates many runs that share a rate limit, and a run of many blocks
// during an outage, and writes docs/load.md. It runs the client of the provider in
// memory and on a virtual clock, and must not use the network.
package load

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var write = flag.Bool("write", false, "write docs/load.md and docs/load.svg instead of checking docs/load.md")

const (
	runs, perSecond = 10_000, 200
	blocks          = 1000
)

var (
	starts     = []time.Duration{time.Minute, time.Second} // periods in which the runs start
	maxRetries = []int{3, 12}                              // 3 is the default of the provider
	parallel   = []int{10, blocks}                         // 10 is the default of Terraform
	downs      = []time.Duration{3 * time.Second, 30 * time.Second, 10 * time.Minute}
)

// policies contains the waits that are added to Retry-After.
var policies = []policy{
	{"as built", (*instance).randomWait},
	{"without jitter", func(_ *instance, limit time.Duration) time.Duration { return limit }},
	{"`Retry-After` alone", func(*instance, time.Duration) time.Duration { return 0 }},
}

// rateLimit returns a simulation of runs that share a rate limit.
func rateLimit(within time.Duration, p policy, retries int) simulation {
	return simulation{
		name:      fmt.Sprintf("limit, starts within %s, %s, %d retries", within, p.name, retries),
		processes: runs, blocks: 1, parallel: 1, workload: workloads[0], within: within,
		policy: p, maxRetries: retries, limit: perSecond, plotted: retries == maxRetries[0],
	}
}

// failing returns a simulation of a run with many blocks that starts during an outage.
func failing(o outage, w workload, parallel int, down time.Duration) simulation {
	return simulation{
		name:      fmt.Sprintf("%s for %s, %s, %d at once", o.name, down, w.name, parallel),
		processes: 1, blocks: blocks, parallel: parallel, workload: w,
		policy: policies[0], maxRetries: maxRetries[0], outage: o, down: down,
		plotted: o == outages[0] && down == downs[1],
	}
}

// simulations returns all simulations.
func simulations() (all []simulation) {
	for _, within := range starts {
		for _, p := range policies {
			for _, retries := range maxRetries {
				all = append(all, rateLimit(within, p, retries))
			}
		}
	}
	for _, w := range workloads {
		all = append(all, failing(outages[0], w, parallel[0], 0)) // healthy
	}
	for _, o := range outages {
		for _, w := range workloads {
			for _, n := range parallel {
				for _, down := range downs {
					all = append(all, failing(o, w, n, down))
				}
			}
		}
	}
	return all
}

// TestLoad runs all simulations, and writes or checks the page.
func TestLoad(t *testing.T) {
	var mu sync.Mutex
	r := report{}
	t.Run("simulations", func(t *testing.T) {
		for _, s := range simulations() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				o := s.run(t)
				mu.Lock()
				defer mu.Unlock()
				r[s.name] = o
			})
		}
	})
	if t.Failed() {
		return
	}
	page, err := r.page()
	if err != nil {
		t.Fatal(err)
	}
	docs := filepath.Join("..", "..", "docs")
	path := filepath.Join(docs, "load.md")
	if *write {
		if err := os.WriteFile(path, page, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := r.plot(filepath.Join(docs, "load.svg")); err != nil {
			t.Fatal(err)
		}
		return
	}
	if written, err := os.ReadFile(path); err != nil || !bytes.Equal(written, page) {
		t.Errorf("docs/load.md is out of date. Run \"make simulate\" (%v)", err)
	}
}
