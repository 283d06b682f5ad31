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

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// A rate limit concerns how many requests there are: all continue, at a slower pace.
// An outage leaves one of them to try.
func TestGuardOfRateLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer *answer
		passes bool // another request
	}{
		"429":         {&answer{status: http.StatusTooManyRequests}, true},
		"503":         {&answer{status: http.StatusServiceUnavailable}, false},
		"no response": {nil, false},
		"503 with Retry-After": {
			&answer{status: http.StatusServiceUnavailable, header: http.Header{"Retry-After": {"1"}}}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := &Client{}
				q, other := &call{url: "https://z.example/token"}, &call{url: "https://z.example/token"}
				first, second := client.guard(q), client.guard(other)
				if first.unavailable(q, c.answer) {
					t.Error("the first request does not try again")
				}
				if entered, _ := enter(t, second.endpoint.breaker, other); entered != c.passes {
					t.Errorf("another request passes: %t", entered)
				}
			})
		})
	}
}

// A failure is shared at once if no connection was made. One that the content of the
// request can cause must be confirmed first.
func TestGuardSharesFailure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error // of the request
		shares bool  // another request shares it at once
	}{
		"connection refused":    {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true},
		"unknown host":          {&net.DNSError{Name: "z.example", IsNotFound: true}, true},
		"untrusted certificate": {&tls.CertificateVerificationError{Err: errors.New("unknown authority")}, true},
		"no TLS":                {tls.RecordHeaderError{}, true},
		"proxy":                 {errProxy, true},
		"connection closed":     {io.EOF, false},
		"connection reset":      {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, false},
		"no response in time":   {context.DeadlineExceeded, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := &Client{}
				q, other := &call{url: "https://z.example/token"}, &call{url: "https://z.example/token"}
				first, second := client.guard(q), client.guard(other)
				first.failed(q, q.unreachable(c.err, time.Second, nil))
				if entered, shared := enter(t, second.endpoint.breaker, other); (shared != nil) != c.shares || entered == c.shares {
					t.Errorf("another request passes: %t, shares %v", entered, shared)
				}
			})
		})
	}
}

// A rejection of scopes shows that the credentials are accepted, so other requests with
// them need not wait for one that succeeds.
func TestGuardOfRejectedScopes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, credentials := &Client{}, Credentials{ClientID: "a", ClientSecret: key.NewSecret("b")}
		request := func(scope string) (*call, *guard) {
			q := &call{url: "https://z.example/token", op: opToken, form: url.Values{"scope": {scope}}}
			q.authenticate(credentials)
			return q, client.guard(q)
		}
		q, first := request("x")
		if shared, err := first.begin(t.Context(), q); shared != nil || err != nil {
			t.Fatal(shared, err)
		}
		other, second := request("y")
		if entered, _ := enter(t, second.identity.breaker, other); entered {
			t.Error("another request does not wait")
		}
		first.rejected(q, &answer{status: http.StatusBadRequest, header: http.Header{"Content-Type": {"application/json"}}, body: []byte(`{"error":"invalid_scope"}`)})
		if entered, _ := enter(t, second.identity.breaker, other); !entered {
			t.Error("another request waits although the credentials are accepted")
		}
		equal, third := request("x")
		if shared, err := third.begin(t.Context(), equal); shared == nil || err != nil {
			t.Errorf("an equal request shares %v, %v", shared, err)
		}
	})
}

// A shared failure is reported as a failure of the request that shares it.
func TestAdoptFailure(t *testing.T) {
	t.Parallel()
	shared := &outcome{failure: &Error{Op: opToken, Problem: "down", Time: time.Unix(1, 0)}}
	_, err := (&call{op: opRevoke}).adopt(shared)
	failure, ok := err.(*Error) //nolint:errorlint // adopt returns it unwrapped
	if !ok || failure.Op != opRevoke || failure.Problem != "down" || !failure.Shared {
		t.Errorf("%+v", err)
	}
	if shared.failure.Op != opToken || shared.failure.Shared {
		t.Errorf("the failure of the other request has changed: %+v", shared.failure)
	}
}
