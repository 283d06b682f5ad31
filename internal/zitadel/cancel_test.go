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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// patience bounds what a test waits for that must happen at once.
const patience = time.Minute

// stall is a point at which nothing goes on.
type stall struct {
	url, proxy string
	begun      chan struct{} // a value for each time that it is reached
	ended      chan struct{} // and for each time that the client is seen to be gone
	dial       func(context.Context, string, string) (net.Conn, error)
	transport  func(http.RoundTripper) http.RoundTripper
	retries    int
	close      func()
}

func newStall() *stall {
	return &stall{begun: make(chan struct{}, 10), ended: make(chan struct{}, 10), close: func() {}}
}

// served is a stall of a server in its answers for one path.
func served(path string, answer func(*stall, http.ResponseWriter, *http.Request)) *stall {
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
		// Only after the body does the server look whether the client is there.
		_, _ = io.Copy(io.Discard, r.Body)
		defer func() { s.ended <- struct{}{} }()
		answer(s, w, r)
	}))
	s.url = server.URL
	s.close = func() { server.Close(); issuer.Close() }
	return s
}

// silent is a stall of a port that takes connections and says nothing.
func silent() *stall {
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

// answered is a transport that tells of each answer that has begun.
func (s *stall) answered(path string) func(http.RoundTripper) http.RoundTripper {
	return func(base http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
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

// stalls are the points at which a request for path may stall, by name.
func stalls(path string) map[string]func() *stall {
	all := map[string]func() *stall{
		"no answer": func() *stall {
			return served(path, func(s *stall, _ http.ResponseWriter, r *http.Request) {
				s.begun <- struct{}{}
				<-r.Context().Done()
			})
		},
		"half a body": func() *stall {
			s := served(path, func(_ *stall, w http.ResponseWriter, r *http.Request) {
				_ = flush(w, `{"access_`)
				<-r.Context().Done()
			})
			s.transport = s.answered(path)
			return s
		},
		"one byte a second": func() *stall {
			s := served(path, func(_ *stall, w http.ResponseWriter, r *http.Request) {
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
			s.transport = s.answered(path)
			return s
		},
		"between two attempts": func() *stall {
			s := served(path, func(_ *stall, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			s.transport, s.retries = s.answered(path), 1
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
	for what, urls := range map[string]struct{ url, proxy string }{
		"TLS handshake": {"https://", ""}, "proxy's answer": {"https://z.example", "http://"}, "proxy's TLS handshake": {"http://z.example", "https://"},
	} {
		all[what] = func() *stall {
			s := silent()
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

var paths = map[optest.Endpoint]string{optest.Discovery: "/.well-known/openid-configuration", optest.Token: "/oauth/v2/token", optest.Introspection: "/oauth/v2/introspect"}

// Cancelling ends a request wherever it stalls, for all that wait for it, and
// leaves nothing behind. It is not parallel: all that runs counts as left.
func TestCancelling(t *testing.T) {
	for endpoint, ask := range map[optest.Endpoint]func(context.Context, *oauth.Client) error{
		optest.Discovery: func(ctx context.Context, c *oauth.Client) error { _, err := c.Configuration(ctx); return err },
		optest.Token: func(ctx context.Context, c *oauth.Client) error {
			_, err := c.AccessToken(ctx, oauth.TokenRequest{Credentials: userSecret()})
			return err
		},
		optest.Introspection: func(ctx context.Context, c *oauth.Client) error {
			_, err := c.Introspect(ctx, apiSecret(), key.NewSecret(world().Service.PAT))
			return err
		},
	} {
		for what, at := range stalls(paths[endpoint]) {
			t.Run(string(endpoint)+"/"+what, func(t *testing.T) {
				before := goleak.IgnoreCurrent()
				s := at()
				c := s.client(t)
				s.cancelled(t, func(ctx context.Context) error { return ask(ctx, c) })
				s.close()
				goleak.VerifyNone(t, before)
			})
		}
	}
}

// client returns a client that would wait for hours.
func (s *stall) client(t *testing.T) *oauth.Client {
	t.Helper()
	transport, err := oauth.Transport{ProxyURL: key.NewSecret(s.proxy), Dial: s.dial}.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	c := &oauth.Client{Issuer: s.url, Transport: transport, RequestTimeout: 5 * time.Hour, MaxRetries: s.retries}
	if s.transport != nil {
		c.Transport = s.transport(transport)
	}
	closing := s.close
	s.close = func() { (&http.Client{Transport: transport}).CloseIdleConnections(); closing() }
	return c
}

// cancelled lets several ask at once, cancels them when they are stalled, and
// sees the end of it on both sides.
func (s *stall) cancelled(t *testing.T, ask func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the run was stopped")
	answers := make(chan error, 3)
	for range cap(answers) {
		go func() { answers <- ask(ctx) }()
	}
	impatient := time.After(patience)
	await := func(what string, c <-chan struct{}) {
		select {
		case <-c:
		case <-impatient:
			t.Fatalf("it takes too long: %s", what)
		}
	}
	await("to get stuck", s.begun)
	cancel(reason)
	for range cap(answers) {
		select {
		case err := <-answers:
			if !errors.Is(err, reason) {
				t.Errorf("a caller got %v", err)
			}
		case <-impatient:
			t.Fatal("it takes too long: to return")
		}
	}
	await("to end at the other side", s.ended)
}
