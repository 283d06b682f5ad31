package zitadel

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestGuardAfterRateLimit checks that other requests pass after a rate limit, but wait after an
// endpoint has failed.
func TestGuardAfterRateLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		response *response
		passes   bool // whether a second request passes
	}{
		"429":         {&response{status: http.StatusTooManyRequests}, true},
		"503":         {&response{status: http.StatusServiceUnavailable}, false},
		"no response": {nil, false},
		"503 with Retry-After": {
			&response{status: http.StatusServiceUnavailable, header: http.Header{"Retry-After": {"1"}}}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := &Client{}
				req, other := &request{url: "https://z.example/token"}, &request{url: "https://z.example/token"}
				first, second := client.guard(req), client.guard(other)
				if first.unavailable(c.response) {
					t.Error("the first failure was treated as a confirmation")
				}
				if entered, _ := enter(t, second.endpoint.breaker, other); entered != c.passes {
					t.Errorf("a second request passes: %t, want %t", entered, c.passes)
				}
			})
		})
	}
}

// TestGuardSharesFailure checks that a failure to connect is shared immediately, whereas a failure
// that might be caused by the request's content must be confirmed first.
func TestGuardSharesFailure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error // of the request
		shares bool  // whether a second request shares it immediately
	}{
		"connection refused":    {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true},
		"unknown host":          {&net.DNSError{Name: "z.example", IsNotFound: true}, true},
		"untrusted certificate": {&tls.CertificateVerificationError{Err: errors.New("unknown authority")}, true},
		"no TLS":                {tls.RecordHeaderError{}, true},
		"proxy variables":       {errProxyVariables, true},
		"plain HTTP over proxy": {errProxyHost, true},
		"proxy authentication":  {Transport{}.refusedByProxy(407), true},
		"proxy refusal":         {Transport{}.refusedByProxy(403), true},
		"proxy certificate": {
			Transport{}.proxyFailure(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), true,
		},
		"proxy TLS":           {Transport{}.proxyFailure(&net.OpError{Op: "remote error", Err: errors.New("alert")}), true},
		"proxy unavailable":   {Transport{}.refusedByProxy(502), false},
		"connection closed":   {io.EOF, false},
		"connection reset":    {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, false},
		"no response in time": {context.DeadlineExceeded, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := &Client{}
				req, other := &request{url: "https://z.example/token"}, &request{url: "https://z.example/token"}
				first, second := client.guard(req), client.guard(other)
				first.failed(req.unreachableError(nil, c.err, time.Second, nil))
				entered, shared := enter(t, second.endpoint.breaker, other)
				if (shared != nil) != c.shares || entered == c.shares {
					t.Errorf("a second request passes: %t, want %t; it shares an outcome: %t, want %t",
						entered, !c.shares, shared != nil, c.shares)
				}
			})
		})
	}
}

// TestGuardAfterRejectedScopes checks that credentials count as accepted once a response rejects
// only the scopes, so that other requests with these credentials no longer wait.
func TestGuardAfterRejectedScopes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, credentials := &Client{}, Credentials{ClientID: "a", ClientSecret: key.NewSecret("b")}
		newRequest := func(scope string) (*request, *guard) {
			req := &request{url: "https://z.example/token", op: opToken, form: url.Values{"scope": {scope}}}
			req.authenticate(credentials)
			return req, client.guard(req)
		}
		_, first := newRequest("x")
		if shared, err := first.admit(t.Context()); shared != nil || err != nil {
			t.Fatal(shared, err)
		}
		other, second := newRequest("y")
		if entered, _ := enter(t, second.identity.breaker, other); entered {
			t.Error("the second request did not wait for the first")
		}
		first.rejected(&response{
			status: http.StatusBadRequest, header: http.Header{"Content-Type": {"application/json"}},
			body: []byte(`{"error":"invalid_scope"}`),
		})
		if entered, _ := enter(t, second.identity.breaker, other); !entered {
			t.Error("the second request is still waiting, although the credentials were accepted")
		}
		_, third := newRequest("x")
		if shared, err := third.admit(t.Context()); shared == nil || err != nil {
			t.Errorf("an identical request shares %v, want the rejection; error %v", shared, err)
		}
	})
}

// TestAdoptFailure checks that a shared failure is reported as a failure of the request that
// adopts it.
func TestAdoptFailure(t *testing.T) {
	t.Parallel()
	shared := &outcome{failure: &Error{Op: opToken, Problem: fault.New("timeout"), Time: time.Unix(1, 0)}}
	_, err := (&request{op: opRevoke}).adopt(shared)
	failure, ok := err.(*Error) //nolint:errorlint // adopt returns it unwrapped
	if !ok || failure.Op != opRevoke || failure.Problem.Code != "timeout" || !failure.Shared {
		t.Errorf("got %+v, want a shared timeout of %q", err, opRevoke)
	}
	if shared.failure.Op != opToken || shared.failure.Shared {
		t.Errorf("adopt changed the original failure: %+v", shared.failure)
	}
}
