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

// startGate is a server in front of an issuer. It admits the first requests of all runs within one
// second, even if the machine starts the runs more slowly. It counts the responses with status 200
// by run and path.
type startGate struct {
	issuer   *optest.Issuer
	runs     int
	admitted chan struct{}

	mu        sync.Mutex
	arrived   int
	succeeded map[string]int
}

// ServeHTTP implements [http.Handler].
func (c *startGate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.hold(r)
	recorder := httptest.NewRecorder()
	c.issuer.ServeHTTP(recorder, r)
	if recorder.Code == http.StatusOK {
		agent := strings.Fields(r.UserAgent())
		c.mu.Lock()
		c.succeeded[agent[len(agent)-1]+r.URL.Path]++
		c.mu.Unlock()
	}
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes()) // if this fails, the run fails, too
}

// hold delays the first request of each run until all runs have sent one.
func (c *startGate) hold(r *http.Request) {
	c.mu.Lock()
	c.arrived++
	number := c.arrived
	c.mu.Unlock()
	if number == c.runs {
		go func() {
			tick := time.NewTicker(time.Second / time.Duration(c.runs))
			defer tick.Stop()
			for range c.runs {
				<-tick.C
				c.admitted <- struct{}{}
			}
		}()
	}
	if number <= c.runs {
		select {
		case <-c.admitted:
		case <-r.Context().Done():
		}
	}
}

// Ten plans start within one second, and the server accepts five requests per second. Each plan gets
// its token, and all plans together send at most 1.5 times as many requests as they need.
func TestAccLoad(t *testing.T) {
	const runs, perSecond = 10, 5
	front := &startGate{
		issuer:    acctest.StartIssuer(t),
		runs:      runs,
		admitted:  make(chan struct{}, runs),
		succeeded: map[string]int{},
	}
	front.issuer.Limit(perSecond)
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)
	u := front.issuer.World.Service
	// The timeout allows the first run to wait for the last one.
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
		run := *c // all runs share one folder, because a plan writes no files
		run.Environment = append(slices.Clone(c.Environment), fmt.Sprintf("TF_APPEND_USER_AGENT=run-%d", n))
		all.Go(func() {
			output, err := run.Run("plan", "-no-color", "-input=false", "-lock=false")
			if err != nil || !acctest.ContainsAll(acctest.Unwrap(output), `type = "Bearer"`) {
				t.Errorf("run %d: %v\n%s", n, err, output)
			}
		})
	}
	all.Wait()

	for n := range runs {
		for _, path := range []string{"/.well-known/openid-configuration", "/oauth/v2/token"} {
			if got := front.succeeded[fmt.Sprintf("run-%d%s", n, path)]; got != 1 {
				t.Errorf("run %d: %d responses from %s, want 1", n, got, path)
			}
		}
	}
	checkLoad(t, front.issuer, runs)
}
