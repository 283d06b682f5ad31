// Package load simulates how runs without number share an issuer that takes
// only so many requests a second. The result is docs/load.md.
package load

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var write = flag.Bool("write", false, "write docs/load.md and docs/load.svg instead of comparing docs/load.md")

// The policies that are compared. The waits of all come on top of Retry-After.
var policies = []struct {
	name   string
	jitter func(from *rand.Rand, most time.Duration) time.Duration
}{
	{"as built", upTo},
	{"without jitter", func(_ *rand.Rand, most time.Duration) time.Duration { return most }},
	{"`Retry-After` alone", func(*rand.Rand, time.Duration) time.Duration { return 0 }},
}

// The first is the provider's default, and with the second no run of the
// policy as built gives up.
var maxRetries = []int{3, 12}

// start is when the runs of a minute start.
type start struct {
	title    string
	within   time.Duration
	outcomes []*outcome // for each policy and maxRetries
}

func TestLoad(t *testing.T) {
	starts := []*start{
		{title: "Starts spread over the minute", within: time.Minute},
		{title: "Starts within the first second of the minute", within: time.Second},
	}
	t.Run("simulations", func(t *testing.T) {
		for _, s := range starts {
			s.outcomes = make([]*outcome, len(policies)*len(maxRetries))
			for n := range s.outcomes {
				policy := policies[n/len(maxRetries)]
				one := simulation{within: s.within, policy: policy.name, jitter: policy.jitter, maxRetries: maxRetries[n%len(maxRetries)]}
				t.Run(one.policy, func(t *testing.T) {
					t.Parallel()
					s.outcomes[n] = one.run(t)
				})
			}
		}
	})
	if t.Failed() {
		return
	}
	for _, s := range starts {
		if o := s.outcomes[1]; o.GaveUp > 0 {
			t.Errorf("%s: with max_retries = %d %d runs give up", s.title, o.maxRetries, o.GaveUp)
		}
	}
	page, err := report(starts)
	if err != nil {
		t.Fatal(err)
	}
	docs := filepath.Join("..", "..", "docs")
	if *write {
		if err := os.WriteFile(filepath.Join(docs, "load.md"), page, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := drawing(starts, filepath.Join(docs, "load.svg")); err != nil {
			t.Fatal(err)
		}
		return
	}
	if written, err := os.ReadFile(filepath.Join(docs, "load.md")); err != nil || !bytes.Equal(written, page) {
		t.Errorf("docs/load.md is old (%v): run \"make simulate\". It should be\n%s", err, page)
	}
}
