package zitadel

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// unreachableError returns the error for a request that failed with err. resp is the incomplete
// response, or nil if there is none. timeout is the time limit for one attempt. connect is the URL
// to connect to instead of the host in the request's URL, or nil.
func (req *request) unreachableError(resp *response, err error, timeout time.Duration, connect *url.URL) *Error {
	e := req.newError(resp, req.connectionFault(err, timeout, connect))
	if fault.Is(e.Problem, "response-too-large") {
		return e // not Unavailable, because the response to another request might be shorter
	}
	e.Unavailable = true
	e.unconnected = isDial(err) || isProxyFault(err) ||
		fault.Is(e.Problem, "host-unresolved", "certificate-untrusted", "tls-to-http-port", "http-to-tls-port",
			"proxy-without-tls", "proxy-requires-tls")
	return e
}

// connectionFault returns a fault that describes why there is no complete response. The errors of
// other libraries might quote a proxy's password, so the fault omits the text that they quote, except
// in a certificate error, which cannot contain the password.
func (req *request) connectionFault(err error, timeout time.Duration, connect *url.URL) *fault.Fault {
	var (
		transportFault *fault.Fault
		proxied        *proxyError
		dns            *net.DNSError
		certificate    *tls.CertificateVerificationError
		record         tls.RecordHeaderError
		wrapped        *url.Error
		malformed      textproto.ProtocolError
	)
	describe := func(code string, values ...any) *fault.Fault { return req.connectFault(code, connect, values...) }
	switch {
	case errors.As(err, &transportFault):
		return req.redactFault(transportFault)
	case errors.As(err, &proxied) && proxied.atProxy:
		return req.proxyFault(proxied, timeout)
	case errors.Is(err, context.Canceled):
		return describe("connection-canceled")
	case errors.As(err, &dns):
		return describe("host-unresolved", "host", dns.Name)
	case timedOut(err):
		if proxied == nil {
			return describe("timeout", "timeout", timeout)
		}
		return describe("timeout", "timeout", timeout, "proxy", proxied.proxy, "from_environment", proxied.fromEnvironment)
	case errors.Is(err, syscall.ECONNREFUSED):
		return describe("connection-refused")
	case isClosed(err):
		return describe("connection-closed")
	case errors.As(err, &certificate):
		return describe("certificate-untrusted", "error", certificate.Err.Error())
	case rejectsCertificate(err):
		return describe("client-certificate-rejected", "error", unquoted(err))
	case errors.As(err, &record):
		return describe("tls-to-http-port")
	case isTLSRecord(err):
		return describe("http-to-tls-port")
	case errors.As(err, &malformed):
		return describe("response-header-malformed")
	case errors.As(err, &wrapped):
		return describe("connection-failed", "error", unquoted(wrapped.Err))
	}
	return describe("connection-failed", "error", unquoted(err))
}

// alert returns the text of the TLS alert with which the server or the proxy ended a connection, or
// "" if there was none. It recognizes an alert by the operation of the error, because crypto/tls
// does not export the type of these alerts: [tls.AlertError] is only for QUIC.
func alert(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return op.Err.Error()
	}
	return ""
}

// isDial reports whether err occurred while the client was connecting to the server or to a proxy.
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// isClosed reports whether the other end closed the connection.
func isClosed(err error) bool {
	// net/http does not export its error for a connection that was closed before the request was sent.
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "server closed idle connection")
}

// rejectsCertificate reports whether the server ended the TLS handshake because of the client
// certificate.
func rejectsCertificate(err error) bool { return strings.Contains(alert(err), "certificate") }

// isTLSRecord reports whether err is the error for a TLS alert in response to a plain HTTP
// request. It recognizes the error by its text, because net/http does not export its type.
func isTLSRecord(err error) bool {
	return strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`)
}

// unquoted returns the text of another library's error up to the first quote. The quoted text might
// come from a server or a proxy.
func unquoted(err error) string {
	text, _, cut := strings.Cut(err.Error(), `"`)
	if cut {
		text += "..."
	}
	return text
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// target returns the host and the port to which the client connects for req.
func (req *request) target(connect *url.URL) string {
	u := connect
	if u == nil {
		u, _ = url.Parse(req.url)
	}
	if u == nil {
		return req.address()
	}
	port := u.Port()
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	return net.JoinHostPort(u.Hostname(), port)
}
