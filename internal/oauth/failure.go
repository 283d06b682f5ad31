package oauth

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
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
		e.Next = []string{fmt.Sprintf("Each attempt had %s: check that the instance is up and can be reached from here (proxy, firewall), or raise request_timeout.", timeout)}
	default:
		e.Next = []string{"Check that the instance is up and can be reached from here (port, proxy, firewall)."}
	}
	e.Unavailable = true
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

// answered is the error of a response, to be completed.
func (q *call) answered(a *answer) *Error {
	return &Error{
		Op: q.op, Method: q.method, URL: q.address(), Attempts: q.attempts, Time: q.sent,
		Status: a.status, RequestID: a.requestID, Shared: q.shared,
	}
}

// redirected is the error of a redirect. It names only the origin of the target:
// the rest may contain parameters of a login.
func (q *call) redirected(a *answer) *Error {
	e := q.answered(a)
	e.Problem = "a redirect, which is not followed because that would forward credentials"
	if target, err := url.Parse(a.header.Get("Location")); err == nil && target.Host != "" {
		e.Problem += fmt.Sprintf(" (to %s)", q.quote(target.Scheme+"://"+target.Host, 200))
	}
	e.Next = []string{"Check that issuer is the instance's own URL with the right scheme, and that no login page responds in its place."}
	return e
}

// unavailable is the error of a server that did not recover in time.
func (q *call) unavailable(a *answer) *Error {
	e := q.refusal(a)
	e.Problem = "the server is not available" + q.redact(a.kind())
	e.Likely = []string{duringOutage}
	if a.status == http.StatusTooManyRequests {
		e.Problem = "the server accepts no more requests for now" + q.redact(a.kind())
		e.Likely = []string{"A rate limit or quota is exhausted. This does not mean that the credentials or the token are invalid."}
	}
	e.Next, e.Unavailable = []string{tryLater}, true
	return e
}

const (
	duringOutage = "The instance, its database or a proxy in front of it is down, restarting or overloaded. This is an outage: it does not mean that the credentials or the token are invalid."
	tryLater     = "Try again later. To wait longer, raise max_retries or request_timeout."
)

// unknownHost recognizes ZITADEL's plain text response to a host that belongs to
// none of its instances, by the error ID: the text follows the instance's language.
func (a *answer) unknownHost() bool {
	return a.status == http.StatusNotFound && !a.isJSON() && bytes.Contains(a.body, []byte("QUERY-1kIjX"))
}

// unknownInstance is the error of a host that the server does not know.
func (q *call) unknownInstance(a *answer) *Error {
	e := q.answered(a)
	e.Problem, e.Unavailable = "the server has no instance with this host name", true
	asked, _ := url.Parse(q.url)
	_, text, _ := strings.Cut(string(a.body), "origin &{")
	seen, _, _ := strings.Cut(text, " ")
	if seen != "" && asked != nil && seen != asked.Host {
		e.Likely = []string{fmt.Sprintf("The request reached ZITADEL with the host %s: a proxy, or a Forwarded or X-Forwarded-Host header, replaces %s.", q.quote(seen, 200), asked.Host)}
	}
	e.Next = []string{
		"Set issuer (or domain) to the instance's own domain, spelled as in the ZITADEL console. An IP address or an alias does not work.",
		"To reach the instance through another address, keep its domain in issuer and set connect_url to the address.",
	}
	return e
}

// notFound is the error of a path that the server does not have, nil if the
// response is an OAuth error. ZITADEL has all paths that the client requests, so
// something else answers, or ZITADEL failed to load its instance.
func (q *call) notFound(a *answer) error {
	if code, _ := a.oauthError(); code != "" {
		return nil
	}
	e := q.refusal(a)
	switch text := string(a.body); {
	case strings.Contains(text, "QUERY-IuGh1"):
		e.Likely = append(e.Likely, "An X-Zitadel-Public-Host header, from transport_headers or a proxy, names a host that the instance does not trust.")
	case strings.Contains(text, "unable to set instance"):
		e.Likely = append(e.Likely, "ZITADEL failed to load the instance from its database. In this state, ZITADEL up to v4.13 returns 404 for every request.")
		e.Next = []string{"Check ZITADEL's database, and try again.", e.findInLog()}
		return e
	}
	e.Next = []string{"Check that issuer is the URL of a ZITADEL instance."}
	return e
}

// clockWrong is the error of two clocks that differ by more than MaxSkew.
func (q *call) clockWrong(skew time.Duration) *Error {
	return &Error{
		Op: q.op, Method: q.method, URL: q.address(), Attempts: q.attempts, Time: q.sent, Unavailable: true,
		Problem: fmt.Sprintf("the server's clock is %s this machine's clock", difference(skew)),
		Likely:  []string{"One of the two clocks is wrong. A difference of up to 24h is corrected; a larger one is not."},
		Next:    []string{"Set the clock of this machine (date -u prints it), or that of the server."},
	}
}

// difference words a skew: "3h0m0s ahead of", "10m0s behind".
func difference(skew time.Duration) string {
	if skew < 0 {
		return skew.Abs().String() + " behind"
	}
	return skew.String() + " ahead of"
}

// refusal reads an OAuth error response (RFC 6749 section 5.2) into the error of
// q, without what it may echo of the request's secrets.
func (q *call) refusal(a *answer) *Error {
	e := q.answered(a)
	if q.hidden {
		e.Likely = append(e.Likely, "An outage cannot be ruled out: GET "+readyPath+", the readiness check, returns 404, so a proxy hides it.")
	}
	code, description := a.oauthError()
	if code == "" {
		e.Problem = "without an OAuth error" + q.redact(a.kind())
		return e
	}
	e.Code, e.Description = q.quote(code, 100), q.quote(description, 500)
	return e
}

// quote makes text of a response safe for a message: without secrets, bounded, and
// with control characters escaped.
func (q *call) quote(text string, max int) string { return printable(q.redact(text), max) }

// malformed is the error of a response that cannot be read.
func (q *call) malformed(a *answer, problem string) *Error {
	e := q.answered(a)
	e.Problem = q.redact(problem)
	e.Next = []string{"Check that issuer is a ZITADEL instance and that no login page or proxy responds in its place."}
	return e
}

// kind describes the body of a response by its media type, never its content.
func (a *answer) kind() string {
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (its content type is %s)", printable(media, 60))
}
