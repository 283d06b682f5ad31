package zitadel_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestConnectionsAreReused checks that, with HTTP/1.1, 100 concurrent requests use 100 connections,
// later requests reuse these connections, and further concurrent requests wait for a free connection.
// With HTTP/2, which the client uses if the server supports it, all requests must share one
// connection.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	// The second wave has 200 requests, because net/http's HTTP/2 server allows at most 250
	// concurrent requests.
	const atOnce, requests = 100, 300
	serverCert := certificate(t, domain)
	for name, test := range map[string]struct {
		tls, http2 bool
		want       int64
	}{
		"HTTP/1.1":          {false, false, atOnce},
		"HTTP/1.1 over TLS": {true, false, atOnce},
		"HTTP/2":            {true, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := startNamed(t)
			arrived := make(chan chan struct{})
			var isConcurrent atomic.Bool // whether the requests are sent concurrently
			seen := &recordingHandler{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/oauth/v2/introspect" && isConcurrent.Load() {
					// respondTogether closes respond when 100 requests have arrived.
					respond := make(chan struct{})
					arrived <- respond
					<-respond
				}
				issuer.ServeHTTP(w, r)
			})}
			var opened atomic.Int64
			count := func(s *httptest.Server) {
				s.EnableHTTP2 = test.http2
				s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateNew {
						opened.Add(1)
					}
				}
			}
			var server *httptest.Server
			if test.tls {
				server = serveTLS(t, seen, serverCert, nil, count)
			} else {
				server = httptest.NewUnstartedServer(seen)
				count(server)
				server.Start()
				t.Cleanup(server.Close)
			}
			c := connectedClient(t, server.URL, zitadel.Transport{ServerName: domain, CACertPEM: serverCert.PEM})
			// A new client sends few requests at a time. Each success raises the limit by one.
			for range atOnce {
				introspect(t, c, apiSecret(), key.NewSecret(world().Service.PAT))
			}
			isConcurrent.Store(true)
			for _, wave := range []int{atOnce, requests - atOnce} {
				go func() {
					for range wave / atOnce {
						respondTogether(arrived, atOnce)
					}
				}()
				var group sync.WaitGroup
				for range wave {
					group.Go(func() {
						if _, err := c.Introspect(t.Context(), apiSecret(), key.NewSecret(world().Service.PAT)); err != nil {
							t.Error(err)
						}
					})
				}
				group.Wait()
			}
			if n := issuer.Requests(optest.Introspection); n != atOnce+requests {
				t.Errorf("%d requests, want %d", n, atOnce+requests)
			}
			// On a busy machine, net/http can open a few more, because it replaces a connection whose
			// handshake takes too long.
			if n := opened.Load(); n < test.want || n > test.want+test.want/10 {
				t.Errorf("%d connections for %d requests, want %d", n, requests, test.want)
			}
			if test.want == 1 && seen.protocols["HTTP/2.0"] != atOnce+requests+1 {
				t.Errorf("requests by protocol: %v, want only HTTP/2.0", seen.protocols)
			}
		})
	}
}

// respondTogether waits until the given number of requests have arrived, and then lets the server
// respond to all of them.
func respondTogether(arrived <-chan chan struct{}, number int) {
	waiting := make([]chan struct{}, 0, number)
	for range number {
		waiting = append(waiting, <-arrived)
	}
	for _, respond := range waiting {
		close(respond)
	}
}
