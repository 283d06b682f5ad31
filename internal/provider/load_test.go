package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// crowd stands before an issuer and makes runs meet there: however slowly a
// machine starts them, their first requests come within one second. It counts
// the answers of status 200 by the run that asked and the path.
type crowd struct {
	issuer *optest.Issuer
	runs   int
	turn   chan struct{}

	mu       sync.Mutex
	came     int
	answered map[string]int
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.meet(r)
	recorder := httptest.NewRecorder()
	c.issuer.ServeHTTP(recorder, r)
	if recorder.Code == http.StatusOK {
		agent := strings.Fields(r.UserAgent())
		c.mu.Lock()
		c.answered[agent[len(agent)-1]+r.URL.Path]++
		c.mu.Unlock()
	}
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes()) // a client that is gone shows in its run
}

// meet holds the first request of each run until all have come.
func (c *crowd) meet(r *http.Request) {
	c.mu.Lock()
	c.came++
	came := c.came
	c.mu.Unlock()
	if came == c.runs {
		go func() {
			tick := time.NewTicker(time.Second / time.Duration(c.runs))
			defer tick.Stop()
			for range c.runs {
				<-tick.C
				c.turn <- struct{}{}
			}
		}()
	}
	if came <= c.runs {
		select {
		case <-c.turn:
		case <-r.Context().Done():
		}
	}
}

// Fifty plans at once against a limit of 20 requests a second: each gets its
// token, and all together ask not much more often than they must.
func TestAccLoad(t *testing.T) {
	const runs, perSecond = 50, 20
	front := &crowd{issuer: issuer(t), runs: runs, turn: make(chan struct{}, runs), answered: map[string]int{}}
	front.issuer.Limit(perSecond)
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)
	u := front.issuer.World.Service
	// The timeout is for whoever has to wait until the last run has started.
	c := newWorkspace(t, "ZITADEL_ISSUER="+server.URL, "ZITADEL_CLIENT_ID="+u.Name, "ZITADEL_CLIENT_SECRET="+u.Secret).write(`
provider "zitadel" { request_timeout = "10m" }

data "zitadel_access_token" "this" {}

output "type" { value = data.zitadel_access_token.this.token_type }
`)
	var all sync.WaitGroup
	for n := range runs {
		run := *c                                                                                                                                 // one folder will do: a plan writes nothing into it
		run.environment = append(c.environment[:len(c.environment):len(c.environment)], fmt.Sprintf("TF_APPEND_USER_AGENT=run-%d", n), "TF_LOG=") // a log costs as much as a run
		all.Go(func() {
			if output, err := run.run("plan", "-no-color", "-input=false", "-lock=false"); err != nil || !hasAll(flat(output), `type = "Bearer"`) {
				t.Errorf("run %d: %v\n%s", n, err, output)
			}
		})
	}
	all.Wait()

	for n := range runs {
		for _, path := range []string{"/.well-known/openid-configuration", "/oauth/v2/token"} {
			if got := front.answered[fmt.Sprintf("run-%d%s", n, path)]; got != 1 {
				t.Errorf("run %d: %d answers of %s, want 1", n, got, path)
			}
		}
	}
	// Each run has to learn where the token endpoint is, and to ask it: no
	// process of a run lives to share an answer with another run's.
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
