package load

import (
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const (
	issuer    = "https://zitadel.example"
	readyPath = "/debug/ready"
)

// The limits for the time until a response.
const fastest, slowest = 20 * time.Millisecond, 120 * time.Millisecond

// responses contains the responses of an instance that is up, by path.
var responses = map[string]response{
	"/.well-known/openid-configuration": {http.StatusOK, `{"issuer":"` + issuer + `",` +
		`"token_endpoint":"` + issuer + `/oauth/v2/token",` +
		`"introspection_endpoint":"` + issuer + `/oauth/v2/introspect"}`},
	"/oauth/v2/token":      {http.StatusOK, `{"access_token":"t","token_type":"Bearer","expires_in":43199}`},
	"/oauth/v2/introspect": {http.StatusOK, `{"active":true,"client_id":"a","sub":"1"}`},
	readyPath:              {http.StatusOK, `"ok"`},
}

// response is a response of the instance. The zero status means that the connection is
// refused.
type response struct {
	status int
	body   string
}

// outage contains the responses of an instance that is down.
type outage struct {
	name      string
	fromStart bool     // otherwise, the discovery document is served once
	oidc      response // of all paths except readyPath
	ready     response
}

var (
	noServer   = response{http.StatusServiceUnavailable, "no available server"}
	noDatabase = response{http.StatusPreconditionFailed, "DB CONNECTION ERROR"}
)

var outages = []outage{
	{name: "connection refused"},
	{name: "connection refused, discovery included", fromStart: true},
	{name: "503 from a gateway", oidc: noServer, ready: noServer},
	{name: "text 500 from ZITADEL", oidc: response{500, "unable to set instance"}, ready: noDatabase},
	{name: "text 404 from ZITADEL up to v4.13", oidc: response{404, "unable to set instance"}, ready: noDatabase},
}

// instance is a ZITADEL instance in memory. It counts the requests of each second.
type instance struct {
	limiter *optest.Limiter
	outage  outage
	started time.Time
	up      time.Time // the instance is down before

	mu       sync.Mutex
	lastDraw time.Duration          // time of the last call of randomWait, since started
	draws    uint64                 // calls of randomWait at that time
	ends     map[time.Duration]bool // of all waits, since started
	requests []int                  // by second
	during   int                    // requests while it was down
	limited  int                    // requests beyond the limit
	served   bool                   // whether it has received a request
}

// randomWait returns a random duration in the interval [0, limit). It depends only on
// the clock and on the number of calls at the same time, and no two waits end at the
// same time. So the result of a simulation does not depend on the order in which its
// goroutines run.
func (i *instance) randomWait(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Since(i.started)
	if now != i.lastDraw {
		i.lastDraw, i.draws = now, 0
	}
	i.draws++
	wait := time.Duration(rand.New(rand.NewPCG(uint64(now), i.draws)).Int64N(int64(limit)))
	for i.ends[now+wait] {
		wait++
	}
	i.ends[now+wait] = true
	return wait
}

// RoundTrip implements [http.RoundTripper].
func (i *instance) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(fastest + i.randomWait(slowest-fastest)):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	response, header := i.respond(r.URL.Path)
	if response.status == 0 {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	body := io.NopCloser(strings.NewReader(response.body))
	return &http.Response{StatusCode: response.status, Header: header, Body: body, Request: r}, nil
}

// respond counts a request that arrives now, and returns the response.
func (i *instance) respond(path string) (response, http.Header) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Now()
	second := int(now.Sub(i.started) / time.Second)
	for len(i.requests) <= second {
		i.requests = append(i.requests, 0)
	}
	i.requests[second]++
	first, down := !i.served, now.Before(i.up)
	i.served = true
	if down {
		i.during++
	}
	retryAfter, ok := i.limiter.Allow(now)
	switch {
	case !ok:
		i.limited++
		return response{http.StatusTooManyRequests, "API rate limit exceeded"},
			http.Header{"Content-Type": {"text/plain"}, "Retry-After": {retryAfter}}
	case down && path == readyPath:
		return i.outage.ready, http.Header{"Content-Type": {"text/plain"}}
	case down && (!first || i.outage.fromStart):
		return i.outage.oidc, http.Header{"Content-Type": {"text/plain"}}
	}
	return responses[path], http.Header{"Content-Type": {"application/json"}}
}
