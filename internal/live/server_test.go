package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

const adminToken = "admin-token"

// newPreparation returns a preparation for a server that expects exactly the given
// exchanges, in the given order.
func newPreparation(t *testing.T, expected []exchange) *preparation {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(expected) == 0 {
			t.Errorf("unexpected request: %s %s", r.Method, r.URL)
			http.Error(w, "", http.StatusTeapot)
			return
		}
		want := expected[0]
		expected = expected[1:]
		if got := r.Method + " " + r.URL.String(); got != want.request {
			t.Errorf("got %s, want %s", got, want.request)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer "+adminToken {
			t.Errorf("%s: got Authorization %q, want %q", want.request, got, "Bearer "+adminToken)
		}
		var body, wantBody any
		_ = json.NewDecoder(r.Body).Decode(&body)
		_ = json.Unmarshal([]byte(want.body), &wantBody)
		if !reflect.DeepEqual(body, wantBody) {
			t.Errorf("%s: got body %v, want %v", want.request, body, wantBody)
		}
		status, response := http.StatusOK, want.response
		if code, rest, found := strings.Cut(response, "|"); found {
			_, _ = fmt.Sscan(code, &status)
			response = rest
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(response))
	}))
	t.Cleanup(func() {
		server.Close()
		if len(expected) > 0 && !t.Failed() {
			t.Errorf("missing request: %v", expected[0])
		}
	})
	return &preparation{
		api: api{
			ctx: t.Context(), client: server.Client(), issuer: server.URL + "/", token: adminToken,
			sleep: func(context.Context, time.Duration) {},
		},
		suffix:  "run",
		folder:  filepath.Join(t.TempDir(), "folder"),
		expires: time.Date(2030, 1, 2, 3, 4, 5, 6, time.UTC),
	}
}

// newUnreachable returns a preparation for an instance that is not running.
func newUnreachable(t *testing.T, issuer string) *preparation {
	t.Helper()
	return &preparation{
		api:    api{ctx: t.Context(), client: http.DefaultClient, issuer: issuer, token: adminToken},
		folder: t.TempDir(),
	}
}
