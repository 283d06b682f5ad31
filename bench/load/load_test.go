// Package load simulates many runs that share a rate limit, and a run with many blocks during
// an outage. Its test writes docs/load.md or checks that the page is up to date.
package load

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var (
	write  = flag.Bool("write", false, "write docs/load.md and docs/load.svg instead of checking docs/load.md")
	record = flag.String(
		"record",
		"",
		"name of the checked-out commit; if set, write its figures to before.json, and ignore docs/load.md",
	)
)

// recorded contains the figures of an earlier commit, which the page compares with the current
// figures.
//
//go:embed before.json
var recorded []byte

// recording is the content of before.json.
type recording struct {
	Commit   string
	Outcomes map[string]outcome // keyed by the name of the simulation
}

const (
	runs, perSecond = 10_000, 200
	blocks          = 1000
)

var (
	starts     = []time.Duration{time.Minute, time.Second} // periods within which all runs start
	maxRetries = []int{3, 12}                              // 3 is the provider's default
	parallel   = []int{10, blocks}                         // 10 is Terraform's default
	downs      = []time.Duration{3 * time.Second, 30 * time.Second, 10 * time.Minute}
)

// policies are the ways in which a client can choose the wait that it adds to Retry-After. The
// provider uses the first one.
var policies = []policy{
	{"as built", (*instance).upTo},
	{"without jitter", func(_ *instance, maximum time.Duration) time.Duration { return maximum }},
	{"`Retry-After` alone", func(*instance, time.Duration) time.Duration { return 0 }},
}

// limited returns a simulation of runs that share a rate limit and all start within the given
// time.
func limited(within time.Duration, p policy, retries int) simulation {
	return simulation{
		name:      fmt.Sprintf("limit, starts within %s, %s, %d retries", within, p.name, retries),
		processes: runs, blocks: 1, parallel: 1, work: works[0], within: within, policy: p, maxRetries: retries,
		limit:   perSecond,
		plotted: retries == maxRetries[0],
	}
}

// failing returns a simulation of a run with many blocks. When the run starts, the instance is
// down for the given time, which can be 0.
func failing(o outage, w work, parallel int, down time.Duration) simulation {
	return simulation{
		name:      fmt.Sprintf("%s for %s, %s, %d at once", o.name, down, w.name, parallel),
		processes: 1, blocks: blocks, parallel: parallel, work: w, policy: policies[0], maxRetries: maxRetries[0],
		outage: o, down: down,
		plotted: o == outages[0] && down == downs[1],
	}
}

func simulations() (all []simulation) {
	for _, within := range starts {
		for _, p := range policies {
			for _, retries := range maxRetries {
				all = append(all, limited(within, p, retries))
			}
		}
	}
	for _, w := range works {
		all = append(all, failing(outages[0], w, parallel[0], 0))
	}
	for _, o := range outages {
		for _, w := range works {
			for _, n := range parallel {
				for _, down := range downs {
					all = append(all, failing(o, w, n, down))
				}
			}
		}
	}
	return all
}

func TestLoad(t *testing.T) {
	var mu sync.Mutex
	outcomes := map[string]outcome{}
	t.Run("simulations", func(t *testing.T) {
		for _, s := range simulations() {
			if *record != "" && s.policy.name != policies[0].name {
				continue
			}
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				o := s.run(t)
				mu.Lock()
				defer mu.Unlock()
				outcomes[s.name] = o
			})
		}
	})
	if t.Failed() {
		return
	}
	if *record != "" {
		content, err := json.Marshal(recording{*record, outcomes})
		writeFile(t, "before.json", bytes.ReplaceAll(content, []byte("},"), []byte("},\n")), err)
		return
	}
	r := report{After: outcomes}
	if err := json.Unmarshal(recorded, &r.Before); err != nil {
		t.Fatal(err)
	}
	page, err := r.page()
	path := filepath.Join("..", "..", "docs", "load.md")
	if *write {
		writeFile(t, path, page, err)
		if err := r.plot(filepath.Join(filepath.Dir(path), "load.svg")); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, readErr := os.ReadFile(path)
	if err != nil || readErr != nil || !bytes.Equal(written, page) {
		t.Errorf("docs/load.md is out of date: run \"make simulate\" (%v, %v)", err, readErr)
	}
}

func writeFile(t *testing.T, path string, content []byte, err error) {
	t.Helper()
	if err == nil {
		err = os.WriteFile(path, content, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
