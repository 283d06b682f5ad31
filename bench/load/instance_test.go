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

// quickest and slowest are the bounds of the response time.
const quickest, slowest = 20 * time.Millisecond, 120 * time.Millisecond

// responses maps each path to the response of an instance that is up.
var responses = map[string]response{
	"/.well-known/openid-configuration": {
		http.StatusOK,
		`{"issuer":"` + issuer + `","token_endpoint":"` + issuer +
			`/oauth/v2/token","introspection_endpoint":"` + issuer + `/oauth/v2/introspect"}`,
	},
	"/oauth/v2/token":      {http.StatusOK, `{"access_token":"t","token_type":"Bearer","expires_in":43199}`},
	"/oauth/v2/introspect": {http.StatusOK, `{"active":true,"client_id":"a","sub":"1"}`},
	readyPath:              {http.StatusOK, `"ok"`},
}

type response struct {
	status int
	body   string
}

// outage describes how an instance responds while it is down. A status of 0 means that the
// connection is refused.
type outage struct {
	name         string
	fromStart    bool     // if false, the first request, for the discovery document, succeeds
	usual, ready response // ready is for readyPath, and usual for all other paths
}

var outages = []outage{
	{name: "connection refused"},
	{name: "connection refused, discovery included", fromStart: true},
	{name: "503 from a gateway", usual: response{503, "no available server"}, ready: response{503, "no available server"}},
	{
		name:  "text 500 from ZITADEL",
		usual: response{500, "unable to set instance"},
		ready: response{412, "DB CONNECTION ERROR"},
	},
	{
		name:  "text 404 from ZITADEL up to v4.13",
		usual: response{404, "unable to set instance"},
		ready: response{412, "DB CONNECTION ERROR"},
	},
}

// instance is an in-memory ZITADEL instance that counts the requests in each second.
type instance struct {
	limiter *optest.Limiter
	outage  outage
	began   time.Time
	up      time.Time // the instance is down until this time

	mu       sync.Mutex
	drawn    time.Duration          // time of the latest call to upTo, relative to began
	draws    uint64                 // number of calls to upTo at that time
	elapse   map[time.Duration]bool // times at which waits elapse, relative to began
	requests []int                  // number of requests in each second
	during   int                    // number of requests while the instance was down
	limited  int                    // number of requests that exceeded the limit
	served   bool                   // whether a request was received
}

// upTo returns a random wait of at most maximum. The wait depends only on the current time and
// on the number of previous calls at that time, and no two waits elapse at the same time. The
// results of a simulation are therefore reproducible, although its goroutines run in any
// order.
func (i *instance) upTo(maximum time.Duration) time.Duration {
	if maximum <= 0 {
		return 0
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Since(i.began)
	if now != i.drawn {
		i.drawn, i.draws = now, 0
	}
	i.draws++
	wait := time.Duration(rand.New(rand.NewPCG(uint64(now), i.draws)).Int64N(int64(maximum)))
	for i.elapse[now+wait] {
		wait++
	}
	i.elapse[now+wait] = true
	return wait
}

// RoundTrip implements [http.RoundTripper].
func (i *instance) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(quickest + i.upTo(slowest-quickest)):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	reply, header := i.respond(r.URL.Path)
	if reply.status == 0 {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	return &http.Response{
		StatusCode: reply.status,
		Header:     header,
		Body:       io.NopCloser(strings.NewReader(reply.body)),
		Request:    r,
	}, nil
}

// respond counts a request and returns the response and its header.
func (i *instance) respond(path string) (response, http.Header) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Now()
	second := int(now.Sub(i.began) / time.Second)
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
		return response{
				http.StatusTooManyRequests,
				"API rate limit exceeded",
			}, http.Header{
				"Content-Type": {"text/plain"},
				"Retry-After":  {retryAfter},
			}
	case down && path == readyPath:
		return i.outage.ready, http.Header{"Content-Type": {"text/plain"}}
	case down && (!first || i.outage.fromStart):
		return i.outage.usual, http.Header{"Content-Type": {"text/plain"}}
	}
	return responses[path], http.Header{"Content-Type": {"application/json"}}
}
