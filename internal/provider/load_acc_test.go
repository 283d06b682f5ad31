package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// startGate is a server in front of an issuer. However slowly a machine starts the runs,
// it admits their first requests within one second. It counts the responses with status
// 200 by run and path.
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
	_, _ = w.Write(recorder.Body.Bytes()) // a closed connection fails the run
}

// hold delays the first request of each run until all runs have sent one.
func (c *startGate) hold(r *http.Request) {
	c.mu.Lock()
	c.arrived++
	came := c.arrived
	c.mu.Unlock()
	if came == c.runs {
		go func() {
			tick := time.NewTicker(time.Second / time.Duration(c.runs))
			defer tick.Stop()
			for range c.runs {
				<-tick.C
				c.admitted <- struct{}{}
			}
		}()
	}
	if came <= c.runs {
		select {
		case <-c.admitted:
		case <-r.Context().Done():
		}
	}
}

// Fifty plans run against a limit of 20 requests per second. Each gets its token, and
// together they send few more requests than they need.
func TestAccLoad(t *testing.T) {
	const runs, perSecond = 50, 20
	front := &startGate{issuer: acctest.StartIssuer(t), runs: runs, admitted: make(chan struct{}, runs), succeeded: map[string]int{}}
	front.issuer.Limit(perSecond)
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)
	u := front.issuer.World.Service
	// The timeout allows the first run to wait for the last one.
	c := acctest.NewWorkspace(t, "ZITADEL_ISSUER="+server.URL, "ZITADEL_CLIENT_ID="+u.Name, "ZITADEL_CLIENT_SECRET="+u.Secret).WriteConfiguration(`
provider "zitadel" { request_timeout = "10m" }

data "zitadel_access_token" "this" {}

output "type" { value = data.zitadel_access_token.this.token_type }
`)
	var all sync.WaitGroup
	for n := range runs {
		run := *c                                                                                                                                 // one folder will do: a plan writes nothing into it
		run.Environment = append(c.Environment[:len(c.Environment):len(c.Environment)], fmt.Sprintf("TF_APPEND_USER_AGENT=run-%d", n), "TF_LOG=") // a log costs as much as a run
		all.Go(func() {
			if output, err := run.Run("plan", "-no-color", "-input=false", "-lock=false"); err != nil || !acctest.ContainsAll(acctest.Unwrap(output), `type = "Bearer"`) {
				t.Errorf("run %d: %v\n%s", n, err, output)
			}
		})
	}
	all.Wait()

	for n := range runs {
		for _, path := range []string{"/.well-known/openid-configuration", "/oauth/v2/token"} {
			if got := front.succeeded[fmt.Sprintf("run-%d%s", n, path)]; got != 1 {
				t.Errorf("run %d: %d answers of %s, want 1", n, got, path)
			}
		}
	}
	// Each run needs the discovery document and a token, because runs share nothing.
	const least = 2 * runs
	requests := front.issuer.Requests(optest.Discovery) + front.issuer.Requests(optest.Token)
	t.Logf("%d requests, of which %d were refused", requests, front.issuer.Limited())
	if requests > least*3/2 {
		t.Errorf("%d requests, want at most 1.5 times %d", requests, least)
	}
	if requests-front.issuer.Limited() != least || front.issuer.Limited() == 0 || front.issuer.Requests(optest.Ready) != 0 {
		t.Errorf("%d of %d requests were refused, %d asked whether the server is ready", front.issuer.Limited(), requests, front.issuer.Requests(optest.Ready))
	}
}
