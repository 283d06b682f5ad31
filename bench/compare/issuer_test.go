package compare

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// issuer is a test issuer that records the requests that it receives.
type issuer struct {
	*optest.Issuer
	mu       sync.Mutex
	requests []request
}

// request is a recorded request and its body.
type request struct {
	*http.Request
	body []byte
}

// startIssuer starts an issuer that runs until the benchmark ends.
func startIssuer(tb testing.TB) *issuer {
	i := &issuer{Issuer: optest.New("", optest.NewWorld())}
	server := httptest.NewServer(i)
	tb.Cleanup(server.Close)
	i.URL = server.URL
	return i
}

// ServeHTTP implements [http.Handler].
func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	i.mu.Lock()
	i.requests = append(i.requests, request{r, body})
	i.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	i.Issuer.ServeHTTP(w, r)
}

// takeRequests returns the requests recorded since the previous call.
func (i *issuer) takeRequests() (requests []request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	requests, i.requests = i.requests, nil
	return requests
}

// replay sends recorded requests again and returns how long that takes, in seconds. It sends
// up to ten requests at a time, as the CLI does by default.
func (i *issuer) replay(tb testing.TB, requests []request) float64 {
	const parallelism = 10
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: parallelism}}
	defer client.CloseIdleConnections()
	began := time.Now()
	each(tb, len(requests), parallelism, func(n int) error {
		recorded := requests[n]
		r, err := http.NewRequestWithContext(tb.Context(),
			recorded.Method, i.URL+recorded.URL.Path, bytes.NewReader(recorded.body))
		if err != nil {
			return err
		}
		r.Header = recorded.Header
		response, err := client.Do(r)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s (%v)", r.URL, response.Status, err) //nolint:errorlint // err may be nil
		}
		return nil
	})
	took := time.Since(began).Seconds()
	i.takeRequests()
	return took
}
