package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// unreachable is the error of a request without a response. timeout is that of
// one attempt; connect is where the client connects instead of the URL's own
// host, or nil.
func (q *call) unreachable(err error, timeout time.Duration, connect *url.URL) *Error {
	e := &Error{Op: q.op, Method: q.method, URL: q.address(), Attempts: q.attempts, Time: q.sent, Problem: q.redact(describe(err))}
	if connect != nil {
		e.Problem += fmt.Sprintf(" (connected to %s)", connect)
	}
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		dns         *net.DNSError
	)
	switch {
	case errors.Is(err, errTooLarge):
		e.Next = []string{"Check that issuer is a ZITADEL instance and that no other server responds in its place."}
		return e // another request may have a shorter response
	case errors.As(err, &certificate):
		e.Next = []string{"If the instance uses a certificate authority of your own, pass its certificate in ca_cert_pem; if the certificate is for another host name, check issuer and connect_url."}
	case refusesCertificate(err):
		e.Next = []string{"Check that client_cert_pem and client_key_pem are meant for this server, and that the certificate has not expired."}
	case errors.As(err, &record):
		e.Next = []string{"The port serves plain HTTP. Check scheme and port of issuer, domain and connect_url."}
	case errors.As(err, &dns):
		e.Next = []string{"Check the spelling of the host, and that this machine resolves it."}
	case errors.Is(err, errProxy):
		e.Next = []string{"Check proxy_url, or else HTTPS_PROXY and HTTP_PROXY."}
	case timedOut(err):
		e.Next = []string{fmt.Sprintf("Each attempt had %s. Check that the instance is up and that this machine can reach %s (proxy, firewall), or raise request_timeout.", FormatDuration(timeout), q.target(connect))}
	default:
		e.Next = []string{fmt.Sprintf("Check that the instance is up and that this machine can reach %s (port, proxy, firewall).", q.target(connect))}
	}
	e.Unavailable = true
	e.unconnected = isDial(err) || errors.Is(err, errProxy) || errors.As(err, &dns) || errors.As(err, &certificate) || errors.As(err, &record)
	return e
}

// alert is the text of the TLS alert by which the server ended a connection, or
// "" if none did. It is known by its operation alone: its type is not exported.
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

// refusesCertificate reports whether the server ended the TLS handshake over the
// client's certificate.
func refusesCertificate(err error) bool { return strings.Contains(alert(err), "certificate") }

// describe explains why there is no response, in its own words where possible,
// because error texts of other libraries may contain a proxy's password.
func describe(err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		wrapped     *url.Error
		malformed   textproto.ProtocolError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name \"%s\" cannot be resolved", printable(dns.Name, 100))
	case timedOut(err):
		return "no complete response in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before the response was complete"
	case errors.As(err, &certificate):
		return "the server's certificate is not trusted: " + printable(certificate.Err.Error(), 300)
	case refusesCertificate(err):
		return "the server requires a client certificate, or rejected the one it received: " + unquoted(err)
	case errors.As(err, &record):
		return "the server does not speak TLS on this port"
	case errors.As(err, &malformed):
		return "the response has a malformed header"
	case errors.As(err, &wrapped):
		return unquoted(wrapped.Err)
	}
	return unquoted(err)
}

// unquoted returns the text of another library's error up to the first quotation,
// which may come from a server or a proxy.
func unquoted(err error) string {
	text, _, cut := strings.Cut(err.Error(), `"`)
	if cut {
		text += "..."
	}
	return printable(text, 300)
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// target returns host and port to which the client connects for q.
func (q *call) target(connect *url.URL) string {
	at := connect
	if at == nil {
		at, _ = url.Parse(q.url)
	}
	if at == nil {
		return "it"
	}
	port := at.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[at.Scheme]
	}
	return net.JoinHostPort(at.Hostname(), port)
}
