package zitadel_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// memoryServer is an in-memory issuer. Because it uses no network, it works in a synctest bubble.
type memoryServer struct {
	mu       sync.Mutex
	counts   map[string]int // requests by path
	revoked  int            // completed revocations
	handlers handlers
}

type (
	// handler responds to a request.
	handler = func(*http.Request) (*http.Response, error)
	// handlers maps paths to handlers.
	handlers = map[string]handler
)

// newMemoryClient returns a client and its in-memory server. The server passes each request to the
// handler that h contains for its path. If there is none, the server reports success.
func newMemoryClient(h handlers) (*zitadel.Client, *memoryServer) {
	s := &memoryServer{counts: map[string]int{}, handlers: h}
	return &zitadel.Client{Issuer: "https://z.example", Transport: s, MaxRetries: 3}, s
}

// handle sets the handler for a path.
func (s *memoryServer) handle(path string, h handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[path] = h
}

// RoundTrip implements [http.RoundTripper].
func (s *memoryServer) RoundTrip(r *http.Request) (*http.Response, error) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.URL.Path == "/revoke" {
			s.revoked++
		}
	}()
	s.mu.Lock()
	s.counts[r.URL.Path]++
	handle := s.handlers[r.URL.Path]
	s.mu.Unlock()
	if handle != nil {
		return handle(r)
	}
	switch r.URL.Path {
	case discoveryPath:
		return jsonResponse(200, memoryDocument), nil
	case "/userinfo":
		return jsonResponse(200, `{"sub":"1"}`), nil
	case "/token":
		number := strings.Repeat("x", s.count("/token"))
		return jsonResponse(200, `{"access_token":"canary-token-`+number+`","token_type":"Bearer","expires_in":3600}`), nil
	}
	return jsonResponse(200, ""), nil
}

// memoryDocument is the discovery document that in-memory issuers serve.
const memoryDocument = `{"issuer":"https://z.example","token_endpoint":"https://z.example/token",` +
	`"introspection_endpoint":"https://z.example/introspect","userinfo_endpoint":"https://z.example/userinfo",` +
	`"jwks_uri":"https://z.example/keys","revocation_endpoint":"https://z.example/revoke"}`

// count returns the number of requests for a path.
func (s *memoryServer) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[path]
}

// revocations returns the number of completed revocations.
func (s *memoryServer) revocations() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revoked
}

// jsonResponse returns a response with the content type application/json.
func jsonResponse(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}

// untilCanceled is a handler that blocks until the request is canceled.
func untilCanceled(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// delayed returns a handler that responds with status 200 after a delay.
func delayed(d time.Duration, body string) handler {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return jsonResponse(200, body), nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

var (
	tokenRequest = zitadel.TokenRequest{
		Credentials: zitadel.Credentials{ClientID: "a", ClientSecret: key.NewSecret("canary-secret")},
		Scopes:      []string{"openid"},
	}
	revoker = zitadel.Credentials{ClientID: "1", ClientSecret: key.NewSecret("canary-revoker")}
)

// requestWithScope returns a copy of tokenRequest with the given scope.
func requestWithScope(name string) zitadel.TokenRequest {
	request := tokenRequest
	request.Scopes = []string{name}
	return request
}
