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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// simulation describes processes that use the same instance.
type simulation struct {
	name              string
	processes, blocks int           // blocks is the number per process
	parallel          int           // number of blocks that a process reads at once
	within            time.Duration // all processes start within this time
	work              work
	policy            policy
	maxRetries        int
	limit             int // requests per second that the instance accepts; 0 means no limit
	outage            outage
	down              time.Duration
	plotted           bool // whether the plot shows the requests in each second
}

// policy chooses a wait between zero and a maximum.
type policy struct {
	name string
	wait func(i *instance, maximum time.Duration) time.Duration
}

// work is the operation that each block performs.
type work struct {
	name string
	read func(context.Context, *zitadel.Client, zitadel.Credentials, int64) error
}

func token(ctx context.Context, c *zitadel.Client, creds zitadel.Credentials, scope string) error {
	_, err := c.AccessToken(
		ctx,
		zitadel.TokenRequest{Credentials: creds, Scopes: []string{scope}, MinValidity: 5 * time.Minute},
	)
	return err
}

var works = []work{
	{"equal scopes", func(ctx context.Context, c *zitadel.Client, creds zitadel.Credentials, _ int64) error {
		return token(ctx, c, creds, "openid")
	}},
	{"1000 sets of scopes", func(ctx context.Context, c *zitadel.Client, creds zitadel.Credentials, n int64) error {
		return token(ctx, c, creds, fmt.Sprint("scope", n))
	}},
	{"1000 introspections", func(ctx context.Context, c *zitadel.Client, creds zitadel.Credentials, n int64) error {
		_, err := c.Introspect(ctx, creds, key.NewSecret(fmt.Sprint("token", n)))
		return err
	}},
}

// outcome is the result of a simulation.
type outcome struct {
	Requests int
	During   int     `json:",omitempty"` // number of requests while the instance was down
	Limited  int     `json:",omitempty"` // number of requests that exceeded the limit
	Failed   int     `json:",omitempty"` // number of blocks that failed
	Finished float64 // seconds until the last block had a result
	Busiest  int     // most requests in a second
	Seconds  []int   `json:",omitempty"` // requests in each second, if the simulation is plotted
}

// run runs the simulation on a virtual clock, with the provider's own client.
func (s simulation) run(t *testing.T) (o outcome) {
	synctest.Test(t, func(t *testing.T) {
		i := &instance{
			limiter: optest.NewLimiter(s.limit), outage: s.outage,
			began: time.Now(), up: time.Now().Add(s.down), elapse: map[time.Duration]bool{},
		}
		var failed atomic.Int64
		var all sync.WaitGroup
		for range s.processes {
			all.Go(func() {
				time.Sleep(i.upTo(s.within))
				failed.Add(s.process(t.Context(), i))
			})
		}
		all.Wait()
		o = outcome{
			During: i.during, Limited: i.limited, Failed: int(failed.Load()),
			Finished: time.Since(i.began).Seconds(), Busiest: slices.Max(i.requests),
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

// process reads all blocks of one process and returns the number of blocks that failed.
func (s simulation) process(ctx context.Context, i *instance) int64 {
	c := &zitadel.Client{
		Issuer: issuer, Transport: i, MaxRetries: s.maxRetries,
		Jitter: func(maximum time.Duration) time.Duration { return s.policy.wait(i, maximum) },
	}
	credentials := zitadel.Credentials{ClientID: "a", ClientSecret: key.NewSecret("b")}
	var next, failed atomic.Int64
	var all sync.WaitGroup
	for range s.parallel {
		all.Go(func() {
			for n := next.Add(1); n <= int64(s.blocks); n = next.Add(1) {
				if s.work.read(ctx, c, credentials, n) != nil {
					failed.Add(1)
				}
			}
		})
	}
	all.Wait()
	return failed.Load()
}
