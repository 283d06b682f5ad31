package oauth_test

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
// connections in HTTP/1.1, which are kept for the next ones, and one in HTTP/2,
// which is spoken where the server offers it.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	const atOnce, waves = 100, 2
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
			arrived, meeting := make(chan struct{}), make(chan chan struct{}, 1)
			seen := &watch{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/oauth/v2/introspect" {
					// All of a wave are answered when the last of them is here.
					arrived <- struct{}{}
					wait := <-meeting
					meeting <- wait
					<-wait
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
			for range waves {
				go gather(arrived, meeting, atOnce)
				var group sync.WaitGroup
				for range atOnce {
					group.Go(func() {
						if _, err := c.Introspect(t.Context(), apiSecret(), key.NewSecret(world().Service.PAT)); err != nil {
							t.Error(err)
						}
					})
				}
				group.Wait()
				<-meeting
			}
			if n := issuer.Requests(optest.Introspection); n != atOnce*waves {
				t.Errorf("%d requests, want %d", n, atOnce*waves)
			}
			if n := opened.Load(); n != test.want {
				t.Errorf("%d connections for %d requests, want %d", n, atOnce*waves, test.want)
			}
			if test.want == 1 && seen.protocols["HTTP/2.0"] != atOnce*waves+1 {
				t.Errorf("asked in %v", seen.protocols)
			}
		})
	}
}

// gather waits for a number of requests and lets them go on together.
func gather(arrived <-chan struct{}, meeting chan<- chan struct{}, number int) {
	wait := make(chan struct{})
	meeting <- wait
	for range number {
		<-arrived
	}
	close(wait)
}
