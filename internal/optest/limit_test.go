package optest

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	get := func(path string) *http.Response {
		w := httptest.NewRecorder()
		issuer.ServeHTTP(w, httptest.NewRequest(http.MethodGet, issuer.URL+path, nil))
		return w.Result()
	}
	// The clock of a synctest bubble starts on a whole second and advances only while all
	// goroutines in the bubble are blocked.
	synctest.Test(t, func(t *testing.T) {
		issuer.Limit(2)
		rejected := 0
		for n, want := range []struct {
			at     time.Duration
			path   string
			status int
		}{
			{0, discoveryPath, 200},
			{900 * time.Millisecond, readyPath, 200}, // all endpoints share the limit
			{900 * time.Millisecond, discoveryPath, 429},
			{999 * time.Millisecond, readyPath, 429},
			{time.Second, discoveryPath, 200}, // a new second begins
			{1500 * time.Millisecond, discoveryPath, 200},
			{1999 * time.Millisecond, discoveryPath, 429},
			{10 * time.Second, discoveryPath, 200}, // unused requests do not carry over
			{10 * time.Second, discoveryPath, 200},
			{10 * time.Second, discoveryPath, 429},
		} {
			time.Sleep(want.at - time.Since(midnight))
			response := get(want.path)
			retryAfter := ""
			if want.status == 429 {
				rejected, retryAfter = rejected+1, "1"
			}
			if response.StatusCode != want.status || response.Header.Get("Retry-After") != retryAfter {
				t.Errorf("request %d: status %d, header %v; want status %d, Retry-After %q",
					n+1, response.StatusCode, response.Header, want.status, retryAfter)
			}
			if want.status == 429 && response.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("request %d: header %v, want plain text", n+1, response.Header)
			}
		}
		if got := issuer.Limited(); got != rejected {
			t.Errorf("%d requests were rejected, want %d", got, rejected)
		}
		if got := issuer.Requests(Discovery) + issuer.Requests(Ready); got != 10 {
			t.Errorf("%d requests, want 10", got)
		}
		issuer.Limit(0)
		for range 100 {
			if response := get(discoveryPath); response.StatusCode != 200 {
				t.Fatalf("without a limit: status %d, want 200", response.StatusCode)
			}
		}
	})
}

// midnight is the time at which the clock of a synctest bubble starts.
var midnight = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
