package provider_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// If 50 runs start within one second and the server accepts 20 requests per second, each run
// must get its token. In total, the runs must send at most 1.5 times as many requests as they
// need.
func TestFiftyRuns(t *testing.T) {
	t.Parallel()
	const runs, perSecond = 50, 20
	for _, kind := range tableKinds() {
		t.Run(kind, func(t *testing.T) {
			i := acctest.NewIssuer()
			u := i.World.Service
			synctest.Test(t, func(t *testing.T) {
				n := acctest.NewNetwork(t, i)
				i.Limit(perSecond)
				var all sync.WaitGroup
				for run := range runs {
					p := startOnNetwork(t, n)
					p.ConfigureValid(object{"issuer": i.URL, "client_id": u.Name, "client_secret": u.Secret})
					all.Go(func() {
						time.Sleep(time.Duration(run) * time.Second / runs)
						if result, found := p.Read(kind, accessTokenBlock, nil); len(found) > 0 || result["access_token"] == nil {
							t.Errorf("run %d: got %v, want a token and no diagnostics", run, found)
						}
					})
				}
				all.Wait()
			})
			checkLoad(t, i, runs)
		})
	}
}

// checkLoad checks the number of requests that the given number of runs sent. Runs share no tokens.
func checkLoad(t *testing.T, i *optest.Issuer, runs int) {
	t.Helper()
	needed := 2 * runs // the discovery document and a token
	requests := i.Requests(optest.Discovery) + i.Requests(optest.Token)
	t.Logf("%d requests, of which %d were rejected", requests, i.Limited())
	if requests > needed*3/2 {
		t.Errorf("%d requests, want at most 1.5 times %d", requests, needed)
	}
	if requests-i.Limited() != needed || i.Limited() == 0 || i.Requests(optest.Ready) != 0 {
		t.Errorf(
			"%d of %d requests were rejected, with %d readiness checks; want %d accepted and no readiness checks",
			i.Limited(),
			requests,
			i.Requests(optest.Ready),
			needed,
		)
	}
}
