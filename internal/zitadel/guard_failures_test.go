package zitadel_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestManyRequestsFail checks that requests with the same credentials do not wait for one another
// if a failure shows neither an outage nor whether the credentials are accepted. It also checks
// that a failure that affects every request to the endpoint is shared once a second request has
// confirmed it.
func TestManyRequestsFail(t *testing.T) {
	t.Parallel()
	const number, latency = 50, time.Second
	html := http.Header{"Content-Type": {"text/html"}}
	for name, c := range map[string]struct {
		status   int
		header   http.Header
		body     string
		requests int           // number of requests that the server receives
		most     time.Duration // time limit for all requests
	}{
		"redirect":           {302, http.Header{"Location": {"https://login.example/"}}, "", 2, 2 * latency},
		"not found":          {404, html, "<html>", 4, 6 * latency},
		"response too large": {200, html, strings.Repeat(" ", 2<<20), number, 6 * latency},
		"firewall":           {403, html, "<html>", number, 6 * latency},
		"login page":         {200, html, "<html>", number, 6 * latency},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := newMemoryClient(handlers{"/introspect": func(*http.Request) (*http.Response, error) {
					time.Sleep(latency)
					response := jsonResponse(c.status, c.body)
					response.Header = c.header
					return response, nil
				}})
				credentials := zitadel.Credentials{ClientID: "1", ClientSecret: key.NewSecret(canary)}
				began := time.Now()
				var all sync.WaitGroup
				for n := range number {
					all.Go(func() {
						if _, err := client.Introspect(t.Context(), credentials, key.NewSecret(fmt.Sprint(n))); err == nil {
							t.Errorf("request %d succeeded, want an error", n)
						}
					})
				}
				all.Wait()
				if took, n := time.Since(began), server.count("/introspect"); n != c.requests || took > c.most {
					t.Errorf("%d requests took %s, want %d requests in at most %s", n, took, c.requests, c.most)
				}
			})
		})
	}
}
