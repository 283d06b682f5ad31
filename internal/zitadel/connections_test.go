package zitadel_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// As many requests at once as Terraform makes with -parallelism=100 need as many
// connections in HTTP/1.1, which are kept for the next ones; more requests wait
// for them. One does for all in HTTP/2, which is spoken where the server offers it.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	const atOnce, requests = 100, 300 // 200 in the second wave, of 250 at once that HTTP/2 of net/http allows
	own := certificate(t, domain)
	for what, test := range map[string]struct {
		tls, http2 bool
		want       int64
	}{
		"HTTP/1.1":          {false, false, atOnce},
		"HTTP/1.1 over TLS": {true, false, atOnce},
		"HTTP/2":            {true, true, 1},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			issuer := named(t)
			arrived := make(chan chan struct{})
			var together atomic.Bool
			seen := &watch{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/oauth/v2/introspect" && together.Load() {
					// A hundred are answered when the last of them is here.
					answered := make(chan struct{})
					arrived <- answered
					<-answered
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
				server = secure(t, seen, own, nil, count)
			} else {
				server = httptest.NewUnstartedServer(seen)
				count(server)
				server.Start()
				t.Cleanup(server.Close)
			}
			c := connected(t, server.URL, oauth.Transport{ServerName: domain, CACertPEM: own.PEM})
			// A client starts with few concurrent requests, and each success allows one more.
			for range atOnce {
				introspect(t, c, apiSecret(), key.NewSecret(world().Service.PAT))
			}
			together.Store(true)
			for _, wave := range []int{atOnce, requests - atOnce} {
				go func() {
					for range wave / atOnce {
						gather(arrived, atOnce)
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
			if n := opened.Load(); n != test.want {
				t.Errorf("%d connections for %d requests, want %d", n, requests, test.want)
			}
			if test.want == 1 && seen.protocols["HTTP/2.0"] != atOnce+requests+1 {
				t.Errorf("asked in %v", seen.protocols)
			}
		})
	}
}

// gather waits for a number of requests and lets them go on together.
func gather(arrived <-chan chan struct{}, number int) {
	waiting := make([]chan struct{}, 0, number)
	for range number {
		waiting = append(waiting, <-arrived)
	}
	for _, answered := range waiting {
		close(answered)
	}
}
