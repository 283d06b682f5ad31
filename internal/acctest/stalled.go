package acctest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// eventTimeout limits how long a test waits for an event that should happen immediately.
const eventTimeout = time.Minute

// StalledIssuer is an issuer that leaves one token request without a response.
type StalledIssuer struct {
	*optest.Issuer
	// URL is the URL of the server in front of the issuer, which stalls the request.
	URL string
	// Began is closed when the stalled request has been received. Ended is closed when the
	// client has closed the connection of that request.
	Began, Ended chan struct{}
}

// StartStalledIssuer starts an issuer that responds to the given number of token requests,
// but not to the next one.
func StartStalledIssuer(t testing.TB, responses int) *StalledIssuer {
	t.Helper()
	s := &StalledIssuer{Issuer: StartIssuer(t), Began: make(chan struct{}), Ended: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/oauth/v2/token" || s.Requests(optest.Token) != responses {
			s.ServeHTTP(w, r)
			return
		}
		// The server notices a closed connection only after it has read the body.
		_, _ = io.Copy(io.Discard, r.Body)
		close(s.Began)
		<-r.Context().Done()
		close(s.Ended)
	}))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Await waits until c is closed, and fails the test if that takes longer than a minute. what
// describes the event that the test waits for.
func Await(t testing.TB, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(eventTimeout):
		t.Fatalf("timed out waiting for %s", what)
	}
}
