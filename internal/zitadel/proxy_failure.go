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

// proxyError is the error of a request through a proxy.
type proxyError struct {
	error
	proxy           string // host and port
	fromEnvironment bool
	// isOfProxy is true if the connection to the proxy failed, and false if the connection from the
	// proxy to the server may have failed.
	isOfProxy bool
}

// Unwrap returns the error of the connection. It omits the text that net/http adds.
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
	tunneling         // connected to the proxy, which is to connect to the server
	sending           // on a connection to the server, or to a proxy that forwards requests
)

type progressKey struct{}

// track returns a copy of ctx with which the dialers of a transport and net/http record the
// progress of a request.
func (p *progress) track(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, progressKey{}, p)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:           func(string) { p.reached.Store(waiting) }, // again after a dead idle connection
		TLSHandshakeStart: func() { p.reached.Store(sending) },       // with the server, after the proxy has connected to it
		GotConn:           func(httptrace.GotConnInfo) { p.reached.Store(sending) },
	})
}

// tracked returns a function that calls dial and records the progress of the request.
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

// isOfProxy reports whether err, the error of the request r, concerns the connection to the proxy.
// A timeout while the proxy connects to the server may be caused by the server.
func (p *progress) isOfProxy(err error, proxy *url.URL, r *http.Request) bool {
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

// proxyError returns the error of the request r through the proxy, which failed with err.
func (t Transport) proxyError(err error, proxy *url.URL, r *http.Request, p *progress) *proxyError {
	defaults := map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}
	port := cmp.Or(proxy.Port(), defaults[proxy.Scheme], "80")
	return &proxyError{
		error: err, proxy: net.JoinHostPort(proxy.Hostname(), port), fromEnvironment: t.ProxyURL.Empty(),
		isOfProxy: p.isOfProxy(err, proxy, r),
	}
}

// proxyFault returns a fault that describes why the connection to a proxy failed. timeout is the time
// limit of one attempt.
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
