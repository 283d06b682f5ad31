package zitadel_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// patience bounds the wait for something that must happen at once.
const patience = time.Minute

// stall is a server or a network on which a request makes no progress from a certain point
// on.
type stall struct {
	url, proxy string
	begun      chan struct{} // receives a value when a request reaches the point
	ended      chan struct{} // receives a value when the other side sees that the client is gone
	dial       func(context.Context, string, string) (net.Conn, error)
	transport  func(http.RoundTripper) http.RoundTripper
	retries    int
	close      func()
}

func newStall() *stall {
	return &stall{begun: make(chan struct{}, 10), ended: make(chan struct{}, 10), close: func() {}}
}

// serverStall returns a stall of a server, whose responses to requests for path are those
// of respond.
func serverStall(path string, respond func(*stall, http.ResponseWriter, *http.Request)) *stall {
	s := newStall()
	issuer, err := optest.Start(world())
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			issuer.ServeHTTP(w, r)
			return
		}
		// The server notices that the client is gone only after it has read the body.
		_, _ = io.Copy(io.Discard, r.Body)
		defer func() { s.ended <- struct{}{} }()
		respond(s, w, r)
	}))
	s.url = server.URL
	s.close = func() { server.Close(); issuer.Close() }
	return s
}

// silentStall returns a stall of a port that accepts connections and sends nothing.
func silentStall() *stall {
	s := newStall()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer connection.Close()
				_, _ = connection.Read(make([]byte, 1))
				s.begun <- struct{}{}
				_, _ = io.Copy(io.Discard, connection)
				s.ended <- struct{}{}
			})
		}
	})
	s.url = listener.Addr().String()
	s.close = func() { _ = listener.Close(); group.Wait() }
	return s
}

// atResponse returns a transport that signals each response to a request for path.
func (s *stall) atResponse(path string) func(http.RoundTripper) http.RoundTripper {
	return func(base http.RoundTripper) http.RoundTripper {
		return roundTripFunc(func(r *http.Request) (*http.Response, error) {
			response, err := base.RoundTrip(r)
			if r.URL.Path == path {
				s.begun <- struct{}{}
			}
			return response, err
		})
	}
}

func flush(w http.ResponseWriter, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// stalls returns the points at which a request for path may stall, by name.
func stalls(path string) map[string]func() *stall {
	all := map[string]func() *stall{
		"no response": func() *stall {
			return serverStall(path, func(s *stall, _ http.ResponseWriter, r *http.Request) {
				s.begun <- struct{}{}
				<-r.Context().Done()
			})
		},
		"half a body": func() *stall {
			s := serverStall(path, func(_ *stall, w http.ResponseWriter, r *http.Request) {
				_ = flush(w, `{"access_`)
				<-r.Context().Done()
			})
			s.transport = s.atResponse(path)
			return s
		},
		"one byte a second": func() *stall {
			s := serverStall(path, func(_ *stall, w http.ResponseWriter, r *http.Request) {
				tick := time.NewTicker(time.Second)
				defer tick.Stop()
				for flush(w, " ") == nil {
					select {
					case <-tick.C:
					case <-r.Context().Done():
						return
					}
				}
			})
			s.transport = s.atResponse(path)
			return s
		},
		"between two attempts": func() *stall {
			s := serverStall(path, func(_ *stall, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			s.transport, s.retries = s.atResponse(path), 1
			return s
		},
	}
	if path != paths[optest.Discovery] {
		return all
	}
	all["connecting"] = func() *stall {
		s := newStall()
		s.url = "http://z.example"
		s.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			s.begun <- struct{}{}
			<-ctx.Done()
			s.ended <- struct{}{}
			return nil, ctx.Err()
		}
		return s
	}
	for name, urls := range map[string]struct{ url, proxy string }{
		"TLS handshake":            {"https://", ""},
		"response of a proxy":      {"https://z.example", "http://"},
		"TLS handshake of a proxy": {"http://z.example", "https://"},
	} {
		all[name] = func() *stall {
			s := silentStall()
			if urls.proxy != "" {
				s.url, s.proxy = urls.url, urls.proxy+s.url
				return s
			}
			s.url = urls.url + s.url
			return s
		}
	}
	return all
}

var paths = map[optest.Endpoint]string{
	optest.Discovery: discoveryPath, optest.Token: "/oauth/v2/token", optest.Introspection: "/oauth/v2/introspect",
}

// A request that stalls at any point ends when it is canceled, for all callers that wait
// for it, and leaves no goroutine behind. The test is not parallel, because it would find
// the goroutines of other tests.
func TestCancel(t *testing.T) {
	for endpoint, call := range map[optest.Endpoint]func(context.Context, *zitadel.Client) error{
		optest.Discovery: func(ctx context.Context, c *zitadel.Client) error {
			_, err := c.Configuration(ctx)
			return err
		},
		optest.Token: func(ctx context.Context, c *zitadel.Client) error {
			_, err := c.AccessToken(ctx, zitadel.TokenRequest{Credentials: userSecret()})
			return err
		},
		optest.Introspection: func(ctx context.Context, c *zitadel.Client) error {
			_, err := c.Introspect(ctx, apiSecret(), key.NewSecret(world().Service.PAT))
			return err
		},
	} {
		for name, begin := range stalls(paths[endpoint]) {
			t.Run(string(endpoint)+"/"+name, func(t *testing.T) {
				before := goleak.IgnoreCurrent()
				s := begin()
				c := s.client(t)
				s.cancel(t, func(ctx context.Context) error { return call(ctx, c) })
				s.close()
				goleak.VerifyNone(t, before)
			})
		}
	}
}

// client returns a client that would wait for hours.
func (s *stall) client(t *testing.T) *zitadel.Client {
	t.Helper()
	transport, err := zitadel.Transport{ProxyURL: key.NewSecret(s.proxy), Dial: s.dial}.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	c := &zitadel.Client{Issuer: s.url, Transport: transport, RequestTimeout: 5 * time.Hour, MaxRetries: s.retries}
	if s.transport != nil {
		c.Transport = s.transport(transport)
	}
	closeServer := s.close
	s.close = func() { (&http.Client{Transport: transport}).CloseIdleConnections(); closeServer() }
	return c
}

// cancel makes several concurrent calls, cancels them when they stall, and waits for their
// end on both sides.
func (s *stall) cancel(t *testing.T, call func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the run was stopped")
	results := make(chan error, 3)
	for range cap(results) {
		go func() { results <- call(ctx) }()
	}
	timeout := time.After(patience)
	await := func(what string, c <-chan struct{}) {
		select {
		case <-c:
		case <-timeout:
			t.Fatalf("%s takes too long", what)
		}
	}
	await("the stall", s.begun)
	cancel(cause)
	for range cap(results) {
		select {
		case err := <-results:
			if !errors.Is(err, cause) {
				t.Errorf("a caller received %v", err)
			}
		case <-timeout:
			t.Fatal("a caller waits too long")
		}
	}
	await("the end on the other side", s.ended)
}
