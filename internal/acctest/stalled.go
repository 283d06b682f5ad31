package acctest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// immediately is the time within which a test expects what happens at once.
const immediately = time.Minute

// StalledIssuer is an issuer that does not respond to one of its token requests.
type StalledIssuer struct {
	*optest.Issuer
	// URL is that of the server which stalls, in front of the issuer.
	URL string
	// Began is closed when the request was received, and Ended when its client has
	// closed the connection.
	Began, Ended chan struct{}
}

// StartStalledIssuer starts an issuer that responds to this many token requests, and
// not to the next one.
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

// Await waits for what must happen at once, and ends the test if it takes a minute.
func Await(t testing.TB, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(immediately):
		t.Fatalf("it takes too long: %s", what)
	}
}
