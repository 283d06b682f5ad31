package load

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const issuer = "https://zitadel.example"

// bodies are the answers that pass, by the method of the request.
var bodies = map[string]string{
	http.MethodGet:  `{"issuer":"` + issuer + `","token_endpoint":"` + issuer + `/oauth/v2/token"}`,
	http.MethodPost: `{"access_token":"t","token_type":"Bearer","expires_in":43199}`,
}

// gateway is an issuer in memory behind a limit of requests a second. It keeps
// what reached it in each second since it began.
type gateway struct {
	limit *optest.Limiter
	began time.Time

	mu       sync.Mutex
	requests []int
	retries  []int
	refused  int
	tokens   int
}

func (g *gateway) take(now time.Time, method string, retry bool) (retryAfter string, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	second := int(now.Sub(g.began) / time.Second)
	for len(g.requests) <= second {
		g.requests, g.retries = append(g.requests, 0), append(g.retries, 0)
	}
	g.requests[second]++
	if retry {
		g.retries[second]++
	}
	retryAfter, ok = g.limit.Take(now)
	switch {
	case !ok:
		g.refused++
	case method == http.MethodPost:
		g.tokens++
	}
	return retryAfter, ok
}

// line is one run's way to the gateway.
type line struct {
	gateway *gateway
	delay   *rand.Rand
	asked   map[string]int // requests by method
}

// RoundTrip implements [http.RoundTripper].
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(quickest + upTo(l.delay, slowest-quickest))
	l.asked[r.Method]++
	now := time.Now()
	header := http.Header{"Date": {now.UTC().Format(http.TimeFormat)}, "Content-Type": {"application/json"}}
	status, body := http.StatusOK, bodies[r.Method]
	if retryAfter, ok := l.gateway.take(now, r.Method, l.asked[r.Method] > 1); !ok {
		header.Set("Retry-After", retryAfter)
		header.Set("Content-Type", "text/plain")
		status, body = http.StatusTooManyRequests, "API rate limit exceeded"
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// upTo returns a time from zero to less than end.
func upTo(from *rand.Rand, end time.Duration) time.Duration {
	if end <= 0 {
		return 0
	}
	return time.Duration(from.Int64N(int64(end)))
}
