package zitadel

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// unreachableError returns the error of a request without a response. timeout is that of
// one attempt; connect is where the client connects instead of the URL's own host, or
// nil.
func (req *request) unreachableError(err error, timeout time.Duration, connect *url.URL) *Error {
	e := req.newError()
	e.Problem = req.connectionFault(err, timeout, connect)
	if fault.Is(e.Problem, "response-too-large") {
		return e // another request may have a shorter response
	}
	e.Unavailable = true
	e.unconnected = isDial(err) || isProxyFault(err) ||
		fault.Is(e.Problem, "host-unresolved", "certificate-untrusted", "tls-to-http-port", "http-to-tls-port")
	return e
}

// connectionFault describes why there is no response. The texts of other libraries'
// errors may contain a proxy's password, so it contains no quotation of them.
func (req *request) connectionFault(err error, timeout time.Duration, connect *url.URL) *fault.Fault {
	var (
		ofTransport *fault.Fault
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		wrapped     *url.Error
		malformed   textproto.ProtocolError
	)
	connectTo := ""
	if connect != nil {
		connectTo = connect.String()
	}
	describe := func(code string, values ...any) *fault.Fault {
		return req.fault(code, append(values, "target", req.target(connect), "connected_to", connectTo)...)
	}
	switch {
	case errors.As(err, &ofTransport):
		return req.redactFault(ofTransport)
	case errors.Is(err, context.Canceled):
		return describe("connection-canceled")
	case errors.As(err, &dns):
		return describe("host-unresolved", "host", dns.Name)
	case timedOut(err):
		return describe("timeout", "timeout", timeout)
	case errors.Is(err, syscall.ECONNREFUSED):
		return describe("connection-refused")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
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

// alert returns the text of the TLS alert by which the server ended a connection, or
// "" if there was none. crypto/tls does not export the type, so the operation
// identifies it.
func alert(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return op.Err.Error()
	}
	return ""
}

// isDial reports whether no connection could be made.
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// rejectsCertificate reports whether the server ended the TLS handshake because of
// the client's certificate.
func rejectsCertificate(err error) bool { return strings.Contains(alert(err), "certificate") }

// isTLSRecord reports whether the response to a request over plain HTTP is a TLS alert.
// net/http does not export the type of the error, so its text identifies it.
func isTLSRecord(err error) bool {
	return strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`)
}

// requiresTLS reports whether the response is that of a TLS port to a request over
// plain HTTP: the texts are those of Go, nginx and Apache.
func (resp *response) requiresTLS() bool {
	if resp.status != http.StatusBadRequest || resp.isJSON() {
		return false
	}
	for _, text := range []string{
		"HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port",
		"speaking plain HTTP to an SSL-enabled server port",
	} {
		if bytes.Contains(resp.body, []byte(text)) {
			return true
		}
	}
	return false
}

// unquoted returns the text of another library's error up to the first quotation,
// which may come from a server or a proxy.
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

// target returns host and port to which the client connects for req.
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
