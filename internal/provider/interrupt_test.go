package provider_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// patience bounds what a test waits for that must happen at once.
const patience = time.Minute

// stalled is an issuer that does not answer one of its token requests.
type stalled struct {
	*optest.Issuer
	url          string
	begun, ended chan struct{} // closed when that request has come, and when its client has gone
}

// stall starts an issuer that answers this many token requests and not the next.
func stall(t *testing.T, after int) *stalled {
	t.Helper()
	s := &stalled{Issuer: issuer(t), begun: make(chan struct{}), ended: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/oauth/v2/token" || s.Requests(optest.Token) != after {
			s.ServeHTTP(w, r)
			return
		}
		// Only after the body does the server look whether the client is there.
		_, _ = io.Copy(io.Discard, r.Body)
		close(s.begun)
		<-r.Context().Done()
		close(s.ended)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// await waits for what must happen at once.
func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("it takes too long: %s", what)
	}
}

// An interrupt in the middle of a stalled request leaves nothing behind. This is
// not parallel: all that runs counts as left.
func TestInterruptLeavesNothing(t *testing.T) {
	i := issuer(t)
	for name, c := range map[string]struct {
		kind  string
		block object
	}{"data source": {"data", nil}, "ephemeral": {"ephemeral", nil}, "revocable": {"ephemeral", revocable(i)}} {
		before := goleak.IgnoreCurrent()
		t.Run(name, func(t *testing.T) {
			s := stall(t, 0)
			p := configured(t, object{"issuer": s.url, "key_json": string(s.World.Service.KeyJSON()), "request_timeout": "1h"})
			read := make(chan struct{})
			var found diagnostics
			go func() {
				defer close(read)
				_, found = p.read(c.kind, "zitadel_access_token", c.block)
			}()
			await(t, "the request", s.begun)
			if problem := p.stop(); problem != "" {
				t.Error(problem)
			}
			await(t, "the read's end", read)
			await(t, "the request's end", s.ended)
			contains(t, found, "ERROR", "Unable to get access token", "The run was interrupted")
		})
		goleak.VerifyNone(t, before)
	}
}
