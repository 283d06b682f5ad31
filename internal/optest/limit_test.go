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
	issuer := start(t, world())
	ask := func(path string) *http.Response {
		w := httptest.NewRecorder()
		issuer.ServeHTTP(w, httptest.NewRequest(http.MethodGet, issuer.URL+path, nil))
		return w.Result()
	}
	// A bubble begins at a full second, and its clock stands still.
	synctest.Test(t, func(t *testing.T) {
		issuer.Limit(2)
		refused := 0
		for n, want := range []struct {
			at     time.Duration
			path   string
			status int
		}{
			{0, discoveryPath, 200},
			{900 * time.Millisecond, readyPath, 200}, // one limit for all endpoints
			{900 * time.Millisecond, discoveryPath, 429},
			{999 * time.Millisecond, readyPath, 429},
			{time.Second, discoveryPath, 200}, // no second is charged for another
			{1500 * time.Millisecond, discoveryPath, 200},
			{1999 * time.Millisecond, discoveryPath, 429},
			{10 * time.Second, discoveryPath, 200}, // what was left unused is gone
			{10 * time.Second, discoveryPath, 200},
			{10 * time.Second, discoveryPath, 429},
		} {
			time.Sleep(want.at - time.Since(midnight))
			response := ask(want.path)
			after := ""
			if want.status == 429 {
				refused, after = refused+1, "1"
			}
			if response.StatusCode != want.status || response.Header.Get("Retry-After") != after {
				t.Errorf("request %d: status %d, header %v, want %d", n+1, response.StatusCode, response.Header, want.status)
			}
			if want.status == 429 && response.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("request %d: header %v", n+1, response.Header)
			}
		}
		if got := issuer.Limited(); got != refused {
			t.Errorf("%d refused, want %d", got, refused)
		}
		if got := issuer.Requests(Discovery) + issuer.Requests(Ready); got != 10 {
			t.Errorf("%d requests, want 10", got)
		}
		issuer.Limit(0)
		for range 100 {
			if response := ask(discoveryPath); response.StatusCode != 200 {
				t.Fatalf("without a limit: status %d", response.StatusCode)
			}
		}
	})
}

// midnight is when the clock of a bubble starts.
var midnight = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
