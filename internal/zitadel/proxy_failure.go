package zitadel

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// proxyError is the error of a request that was sent through a proxy.
type proxyError struct {
	error
	proxy           string // host and port
	fromEnvironment bool
	// atProxy is true if the connection to the proxy failed, and false if the connection from the
	// proxy to the server might have failed.
	atProxy bool
}

// Unwrap returns the error of the connection, without the text that net/http adds.
func (e *proxyError) Unwrap() error {
	var op *net.OpError
	if errors.As(e.error, &op) && op.Op == "proxyconnect" {
		return op.Err
	}
	return e.error
}

// progress records the stage that a request through a proxy has reached.
type progress struct{ reached atomic.Int32 }

// The stages of a request through a proxy.
const (
	waiting    = iota // for a connection
	connecting        // to the proxy, including the TLS handshake with an HTTPS proxy
	tunneling         // connected to the proxy, which now connects to the server
	sending           // on a connection to the server, or to a proxy that forwards requests
)

type progressKey struct{}

// track returns a copy of ctx. For a request with this context, net/http and the dialers that
// [tracked] returns record the request's progress in p.
func (p *progress) track(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, progressKey{}, p)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:           func(string) { p.reached.Store(waiting) }, // called again after a dead idle connection
		TLSHandshakeStart: func() { p.reached.Store(sending) },       // with the server, through the tunnel
		GotConn:           func(httptrace.GotConnInfo) { p.reached.Store(sending) },
	})
}

// tracked returns a dialer that calls dial and records the request's progress.
func tracked(dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		p, isTracked := ctx.Value(progressKey{}).(*progress)
		if !isTracked {
			return dial(ctx, network, address)
		}
		p.reached.CompareAndSwap(waiting, connecting)
		connection, err := dial(ctx, network, address)
		if err == nil {
			p.reached.CompareAndSwap(connecting, tunneling)
		}
		return connection, err
	}
}

// failedAtProxy reports whether err, with which the request r failed, concerns the connection to
// the proxy. A timeout while the proxy connects to the server does not count, because the server
// might be the cause.
func (p *progress) failedAtProxy(err error, proxy *url.URL, r *http.Request) bool {
	switch p.reached.Load() {
	case connecting:
		return true
	case tunneling:
		return !timedOut(err)
	case sending: // a proxy that forwards requests is itself the other end of the connection
		forwards := r.URL.Scheme == "http" && strings.HasPrefix(proxy.Scheme, "http")
		return forwards && (isClosed(err) || isTLSRecord(err))
	}
	return false
}

// proxyError returns the error for the request r, which failed with err and was sent through proxy.
func (t Transport) proxyError(err error, proxy *url.URL, r *http.Request, p *progress) *proxyError {
	defaults := map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}
	port := cmp.Or(proxy.Port(), defaults[proxy.Scheme], "80")
	return &proxyError{
		error: err, proxy: net.JoinHostPort(proxy.Hostname(), port), fromEnvironment: t.ProxyURL.Empty(),
		atProxy: p.failedAtProxy(err, proxy, r),
	}
}

// proxyFault returns a fault that describes why the connection to a proxy failed. timeout is the
// time limit for one attempt.
func (req *request) proxyFault(e *proxyError, timeout time.Duration) *fault.Fault {
	var (
		record tls.RecordHeaderError
		socks  *net.OpError
	)
	describeProxy := func(code string, values ...any) *fault.Fault {
		return req.fault(code, append(values, "proxy", e.proxy, "from_environment", e.fromEnvironment)...)
	}
	cause := e.Unwrap()
	switch {
	case errors.As(cause, &record):
		return describeProxy("proxy-without-tls")
	case isTLSRecord(cause):
		return describeProxy("proxy-requires-tls")
	case errors.As(cause, &socks) && strings.HasPrefix(socks.Op, "socks") && !isClosed(cause):
		return describeProxy("proxy-socks", "error", strings.TrimPrefix(socks.Err.Error(), "unknown error "))
	}
	return describeProxy("proxy-unreachable", "reason", req.connectionFault(cause, timeout, nil))
}
