package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// startGate is a server in front of an issuer. It holds the first request of each run until all runs
// have sent one, and then admits these requests within one second, so that the load does not depend on
// how fast the machine starts the runs. startGate also counts the responses with status 200, by run and
// path.
type startGate struct {
	issuer   *optest.Issuer
	runs     int
	admitted chan struct{}

	mu        sync.Mutex
	arrived   int
	succeeded map[string]int
}

// ServeHTTP implements [http.Handler].
func (g *startGate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.hold(r)
	recorder := httptest.NewRecorder()
	g.issuer.ServeHTTP(recorder, r)
	if recorder.Code == http.StatusOK {
		agent := strings.Fields(r.UserAgent())
		g.mu.Lock()
		g.succeeded[agent[len(agent)-1]+r.URL.Path]++
		g.mu.Unlock()
	}
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes()) // if this fails, the run also fails
}

// hold delays the first request of each run until all runs have sent one. It then admits these requests
// one after another, within one second.
func (g *startGate) hold(r *http.Request) {
	g.mu.Lock()
	g.arrived++
	number := g.arrived
	g.mu.Unlock()
	if number == g.runs {
		go func() {
			tick := time.NewTicker(time.Second / time.Duration(g.runs))
			defer tick.Stop()
			for range g.runs {
				<-tick.C
				g.admitted <- struct{}{}
			}
		}()
	}
	if number <= g.runs {
		select {
		case <-g.admitted:
		case <-r.Context().Done():
		}
	}
}

// If ten plans start within one second and the server accepts five requests per second, each plan must
// get its token. In total, the plans must send at most 1.5 times as many requests as they need.
func TestAccLoad(t *testing.T) {
	const runs, perSecond = 10, 5
	gate := &startGate{
		issuer:    acctest.StartIssuer(t),
		runs:      runs,
		admitted:  make(chan struct{}, runs),
		succeeded: map[string]int{},
	}
	gate.issuer.Limit(perSecond)
	server := httptest.NewServer(gate)
	t.Cleanup(server.Close)
	u := gate.issuer.World.Service
	// The timeout is long enough for the first run to wait for the last one.
	c := acctest.NewWorkspace(
		t,
		"ZITADEL_ISSUER="+server.URL,
		"ZITADEL_CLIENT_ID="+u.Name,
		"ZITADEL_CLIENT_SECRET="+u.Secret,
	).WriteConfiguration(
		`
provider "zitadel" { request_timeout = "10m" }

data "zitadel_access_token" "this" {}

output "type" { value = data.zitadel_access_token.this.token_type }
`,
	)
	var all sync.WaitGroup
	for n := range runs {
		run := *c // all runs can share one folder, because a plan writes no files
		run.Environment = append(slices.Clone(c.Environment), fmt.Sprintf("TF_APPEND_USER_AGENT=run-%d", n))
		all.Go(func() {
			output, err := run.Run("plan", "-no-color", "-input=false", "-lock=false")
			if err != nil || !acctest.ContainsAll(acctest.Unwrap(output), `type = "Bearer"`) {
				t.Errorf("run %d: got error %v, want a Bearer token\n%s", n, err, output)
			}
		})
	}
	all.Wait()

	for n := range runs {
		for _, path := range []string{"/.well-known/openid-configuration", "/oauth/v2/token"} {
			if got := gate.succeeded[fmt.Sprintf("run-%d%s", n, path)]; got != 1 {
				t.Errorf("run %d: %d successful responses from %s, want 1", n, got, path)
			}
		}
	}
	checkLoad(t, gate.issuer, runs)
}
