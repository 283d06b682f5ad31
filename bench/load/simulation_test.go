package load

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// simulation is a run of processes that use one instance.
type simulation struct {
	name              string
	processes, blocks int           // blocks of each process
	parallel          int           // blocks that a process reads concurrently
	within            time.Duration // period in which the processes start
	workload          workload
	policy            policy
	maxRetries        int
	limit             int // requests per second that the instance accepts; if 0, any number
	outage            outage
	down              time.Duration // time until the instance is up
	plotted           bool
}

// policy chooses a wait from zero to limit.
type policy struct {
	name string
	wait func(i *instance, limit time.Duration) time.Duration
}

// workload is the operation of a block.
type workload struct {
	name string
	read func(ctx context.Context, c *oauth.Client, credentials oauth.Credentials, n int64) error
}

var workloads = []workload{
	{"equal scopes", func(ctx context.Context, c *oauth.Client, credentials oauth.Credentials, _ int64) error {
		return requestToken(ctx, c, credentials, "openid")
	}},
	{"1000 sets of scopes", func(ctx context.Context, c *oauth.Client, credentials oauth.Credentials, n int64) error {
		return requestToken(ctx, c, credentials, fmt.Sprint("scope", n))
	}},
	{"1000 introspections", func(ctx context.Context, c *oauth.Client, credentials oauth.Credentials, n int64) error {
		_, err := c.Introspect(ctx, credentials, key.NewSecret(fmt.Sprint("token", n)))
		return err
	}},
}

// requestToken requests a token with one scope.
func requestToken(ctx context.Context, c *oauth.Client, credentials oauth.Credentials, scope string) error {
	_, err := c.AccessToken(ctx, oauth.TokenRequest{
		Credentials: credentials, Scopes: []string{scope}, MinValidity: 5 * time.Minute,
	})
	return err
}

// outcome is the result of a simulation.
type outcome struct {
	Requests int
	During   int     // of Requests, while the instance was down
	Limited  int     // of Requests, beyond the limit
	Failed   int     // blocks
	Finished float64 // seconds until the last block had a result
	Busiest  int     // maximum of requests in a second
	Seconds  []int   // requests by second, if they are plotted
}

// run runs the simulation with the client of the provider, on a virtual clock.
func (s simulation) run(t *testing.T) (o outcome) {
	synctest.Test(t, func(t *testing.T) {
		i := &instance{
			limiter: optest.NewLimiter(s.limit), outage: s.outage,
			started: time.Now(), up: time.Now().Add(s.down), ends: map[time.Duration]bool{},
		}
		var failed atomic.Int64
		var all sync.WaitGroup
		for range s.processes {
			all.Go(func() {
				time.Sleep(i.randomWait(s.within))
				failed.Add(s.process(t.Context(), i))
			})
		}
		all.Wait()
		o = outcome{
			During: i.during, Limited: i.limited, Failed: int(failed.Load()),
			Finished: time.Since(i.started).Seconds(), Busiest: slices.Max(i.requests),
		}
		for _, requests := range i.requests {
			o.Requests += requests
		}
		if s.plotted {
			o.Seconds = i.requests
		}
	})
	return o
}

// process reads all blocks of a process and returns the number of failed ones.
func (s simulation) process(ctx context.Context, i *instance) int64 {
	c := &oauth.Client{
		Issuer: issuer, Transport: i, MaxRetries: s.maxRetries,
		Jitter: func(limit time.Duration) time.Duration { return s.policy.wait(i, limit) },
	}
	credentials := oauth.Credentials{ClientID: "a", ClientSecret: key.NewSecret("b")}
	var next, failed atomic.Int64
	var all sync.WaitGroup
	for range s.parallel {
		all.Go(func() {
			for n := next.Add(1); n <= int64(s.blocks); n = next.Add(1) {
				if s.workload.read(ctx, c, credentials, n) != nil {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	return failed.Load()
}
