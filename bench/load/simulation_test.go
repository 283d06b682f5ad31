package load

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const (
	runs      = 10_000
	perSecond = 200
	// An answer takes this long.
	quickest, slowest = 20 * time.Millisecond, 120 * time.Millisecond
)

// simulation is one way to start the runs and one policy to retry by.
type simulation struct {
	within     time.Duration // all runs start
	policy     string
	jitter     func(from *rand.Rand, most time.Duration) time.Duration
	maxRetries int
}

// outcome is what came of a simulation.
type outcome struct {
	simulation
	Drain    time.Duration // from the first start to the end of the last run
	GaveUp   int
	Attempts []int // requests of each run, sorted
	Requests []int // in each second
	Retries  []int // of those, the ones that are no first attempt
	Refused  int
}

// run plays the simulation on a virtual clock, with the provider's own client.
// Each run has random numbers of its own, so that it does not matter which of
// two that do something at the same moment comes first.
func (s simulation) run(t *testing.T) *outcome {
	o := &outcome{simulation: s, Attempts: make([]int, runs)}
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{limit: optest.NewLimiter(perSecond), began: time.Now()}
		failed := make([]bool, runs)
		var all sync.WaitGroup
		for n := range runs {
			all.Go(func() {
				chance := rand.New(rand.NewPCG(7523, uint64(n)))
				time.Sleep(upTo(chance, s.within))
				l := &line{gateway: g, delay: chance, asked: map[string]int{}}
				c := &oauth.Client{
					Issuer: issuer, Transport: l, MaxRetries: s.maxRetries,
					Jitter: func(most time.Duration) time.Duration { return s.jitter(chance, most) },
				}
				_, err := c.AccessToken(t.Context(), oauth.TokenRequest{
					Credentials: oauth.Credentials{ClientID: "a", ClientSecret: key.NewSecret("b")}, Scopes: []string{"openid"},
				})
				failed[n] = err != nil
				for _, asked := range l.asked {
					o.Attempts[n] += asked
				}
			})
		}
		all.Wait()
		o.Drain = time.Since(g.began)
		o.Requests, o.Retries, o.Refused = g.requests, g.retries, g.refused
		for _, gaveUp := range failed {
			if gaveUp {
				o.GaveUp++
			}
		}
		if g.tokens != runs-o.GaveUp {
			t.Errorf("%d tokens were given, and %d runs have one", g.tokens, runs-o.GaveUp)
		}
		if total(o.Attempts) != total(o.Requests) {
			t.Errorf("%d requests were sent, and %d came", total(o.Attempts), total(o.Requests))
		}
	})
	slices.Sort(o.Attempts)
	return o
}

func total(of []int) (sum int) {
	for _, n := range of {
		sum += n
	}
	return sum
}
