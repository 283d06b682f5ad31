package optest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

// getDiscovery requests the discovery document and returns the response and the length of its
// body.
func getDiscovery(t *testing.T, i *Issuer) (*http.Response, int, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.URL+discoveryPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Do not reuse the connection: net/http repeats a GET request that fails on a reused one.
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response, len(body), err
}

func TestFaultsInOrder(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	issuer.Fail(Discovery, 2, Fault{
		Status: http.StatusTooManyRequests, Header: http.Header{"retry-after": {"7"}}, Body: "blocked",
	})
	issuer.Fail(Discovery, 1, Fault{Status: http.StatusServiceUnavailable, Body: `{"error":"server_error"}`})
	issuer.Fail(Discovery, 1, Fault{Delay: time.Nanosecond})
	issuer.Fail(JWKS, 1, Fault{Status: http.StatusTeapot})

	for n, want := range []struct {
		status                  int
		contentType, retryAfter string
	}{
		{http.StatusTooManyRequests, "text/plain; charset=utf-8", "7"},
		{http.StatusTooManyRequests, "text/plain; charset=utf-8", "7"},
		{http.StatusServiceUnavailable, "application/json", ""},
		{http.StatusOK, "application/json", ""},
		{http.StatusOK, "application/json", ""},
	} {
		response, _, err := getDiscovery(t, issuer)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != want.status || response.Header.Get("Content-Type") != want.contentType ||
			response.Header.Get("Retry-After") != want.retryAfter {
			t.Errorf("request %d: status %d, header %v; want %+v", n+1, response.StatusCode, response.Header, want)
		}
	}
	if got := issuer.Requests(Discovery); got != 5 {
		t.Errorf("%d requests, want 5", got)
	}
}

func TestFaultReset(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	issuer.Fail(Discovery, 1, Fault{Reset: true})
	if response, _, err := getDiscovery(t, issuer); err == nil {
		t.Errorf("status %d, want no response", response.StatusCode)
	}
	if _, _, err := getDiscovery(t, issuer); err != nil {
		t.Errorf("request after the fault: %v", err)
	}
}

func TestFaultCut(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	issuer.Fail(Discovery, 1, Fault{Cut: true, Body: `{"issuer":"x"}`})
	response, length, err := getDiscovery(t, issuer)
	if !errors.Is(err, io.ErrUnexpectedEOF) || response.StatusCode != http.StatusOK || length != 7 {
		t.Errorf("%d bytes, %v; want 7 of 14 bytes and an unexpected EOF", length, err)
	}
}

func TestFaultOversized(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	issuer.Fail(Discovery, 1, Fault{Oversized: true})
	if _, length, err := getDiscovery(t, issuer); err != nil || length < oversizedLength {
		t.Errorf("%d bytes, %v; want at least %d bytes and no error", length, err, oversizedLength)
	}
}

// TestFaultDelay checks that a client can time out while the issuer delays its response.
func TestFaultDelay(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	issuer.Fail(Discovery, 1, Fault{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, issuer.URL+discoveryPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err == nil {
		_ = response.Body.Close()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want a timeout", err)
	}
}
