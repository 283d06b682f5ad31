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

// waitLimit is how long a test waits for an event that should occur immediately.
const waitLimit = time.Minute

// stall is a server or a network that stalls a request at a certain point.
type stall struct {
	url, proxy string
	begun      chan struct{} // receives a value when a request reaches that point
	ended      chan struct{} // receives a value when the server or the network detects the cancellation
	dial       func(context.Context, string, string) (net.Conn, error)
	transport  func(http.RoundTripper) http.RoundTripper
	retries    int
	close      func()
}

func newStall() *stall {
	return &stall{begun: make(chan struct{}, 10), ended: make(chan struct{}, 10), close: func() {}}
}

// serverStall returns a stall whose server passes requests for path to the respond function, and
// all other requests to a test issuer.
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
		// Until the body has been read, net/http does not detect that the client has disconnected.
		_, _ = io.Copy(io.Discard, r.Body)
		defer func() { s.ended <- struct{}{} }()
		respond(s, w, r)
	}))
	s.url = server.URL
	s.close = func() { server.Close(); issuer.Close() }
	return s
}

// silentStall returns a stall whose server accepts connections but sends nothing. The stall's url
// field contains only the host and port.
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

// atResponse returns a function that wraps a transport so that s.begun receives a value after
// each response to a request for path.
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

// stalls returns a constructor for each point at which a request for path can stall, keyed by a
// description of the point.
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
		"one byte per second": func() *stall {
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
		"TLS handshake":       {"https://", ""},
		"proxy response":      {"https://z.example", "http://"},
		"proxy TLS handshake": {"http://z.example", "https://"},
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

// TestCancel checks that canceling a stalled request makes all callers return and leaves no
// goroutine behind. The test is not parallel, because goleak would find the goroutines of other
// tests.
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

// client returns a client that sends its requests to s and has a timeout of several hours. It also
// makes s.close close the client's idle connections.
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

// cancel makes several concurrent calls and cancels them when they stall. It waits until all of
// them have returned and the server or the network has detected the cancellation.
func (s *stall) cancel(t *testing.T, call func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the run was stopped")
	results := make(chan error, 3)
	for range cap(results) {
		go func() { results <- call(ctx) }()
	}
	timeout := time.After(waitLimit)
	await := func(what string, c <-chan struct{}) {
		select {
		case <-c:
		case <-timeout:
			t.Fatalf("timed out waiting for %s", what)
		}
	}
	await("the stall", s.begun)
	cancel(cause)
	for range cap(results) {
		select {
		case err := <-results:
			if !errors.Is(err, cause) {
				t.Errorf("a caller received error %v, want %v", err, cause)
			}
		case <-timeout:
			t.Fatal("timed out waiting for a caller to return")
		}
	}
	await("the cancellation to be detected", s.ended)
}
