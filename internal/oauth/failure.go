package oauth

import (
	"context"
	"crypto/tls"
	"encoding/json"
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

// unreachable is the error of a request that got no answer.
func (q call) unreachable(err error, timeout time.Duration) *Error {
	e := &Error{Op: q.op, Method: q.method, URL: q.address(), Attempts: q.attempts, Problem: q.redact(describe(err))}
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		dns         *net.DNSError
	)
	switch {
	case errors.As(err, &certificate):
		e.Next = []string{"If the instance uses a certificate authority of your own, pass its certificate in ca_cert_pem; if the certificate is for another host name, check issuer and connect_url."}
	case refusesCertificate(err):
		e.Next = []string{"Check client_cert_pem and client_key_pem: they are for this server, and the certificate has not ended."}
	case errors.As(err, &record):
		e.Next = []string{"The port speaks plain http. Check scheme and port of issuer, domain and connect_url."}
	case errors.As(err, &dns):
		e.Next = []string{"Check the spelling of the host, and that this machine resolves it."}
	case errors.Is(err, errProxy):
		e.Next = []string{"Check proxy_url, or else HTTPS_PROXY and HTTP_PROXY."}
	case errors.Is(err, errTooLarge):
		e.Next = []string{"Check that the issuer is a ZITADEL instance and that nothing else answers in its place."}
	case timedOut(err):
		e.Next = []string{fmt.Sprintf("Each attempt had %s: check that the instance is up and can be reached from here (proxy, firewall), or raise request_timeout.", timeout)}
	default:
		e.Next = []string{"Check that the instance is up and can be reached from here (port, proxy, firewall)."}
	}
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

// describe says why there was no answer. It keeps to what it knows of the error
// where it can: texts of other libraries may quote a proxy's password.
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
		return "cancelled"
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name \"%s\" cannot be resolved", printable(dns.Name, 100))
	case timedOut(err):
		return "no complete answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before the answer was complete"
	case errors.As(err, &certificate):
		return "the server's certificate is not trusted: " + printable(certificate.Err.Error(), 300)
	case refusesCertificate(err):
		return "the server wants a client certificate, or refuses the one that it got: " + unquoted(err)
	case errors.As(err, &record):
		return "the server does not speak TLS on this port"
	case errors.As(err, &malformed):
		return "the answer has a malformed header"
	case errors.As(err, &wrapped):
		return unquoted(wrapped.Err)
	}
	return unquoted(err)
}

// unquoted is the text of another library's error up to what that quotes, which
// is what a server or a proxy said.
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

// answered is the error of an answer, to be completed.
func (q call) answered(a *answer) *Error {
	return &Error{Op: q.op, Method: q.method, URL: q.address(), Attempts: q.attempts, Status: a.status, RequestID: a.requestID}
}

// redirected is the error of a redirect. Only the origin of its target is
// named: the rest may hold what a login page was given.
func (q call) redirected(a *answer) *Error {
	e := q.answered(a)
	e.Problem = "a redirect, which is not followed since credentials would go along"
	if target, err := url.Parse(a.header.Get("Location")); err == nil && target.Host != "" {
		e.Problem += fmt.Sprintf(" (to %s)", q.quote(target.Scheme+"://"+target.Host, 200))
	}
	e.Next = []string{"Check that the issuer is the instance's own URL with the right scheme, and that no login page stands before it."}
	return e
}

// unavailable is the error of a server that did not recover in time.
func (q call) unavailable(a *answer) *Error {
	e := q.refusal(a)
	e.Problem = "the server is not available" + q.redact(a.kind())
	e.Likely = []string{duringOutage}
	if a.status == http.StatusTooManyRequests {
		e.Problem = "the server takes no more requests for now" + q.redact(a.kind())
		e.Likely = []string{"A rate limit or a quota is used up. This says nothing about the credentials or the token."}
	}
	e.Next = []string{tryLater}
	return e
}

const (
	duringOutage = "The instance, its database or a proxy before it is down, restarting or overloaded. This is an outage: it says nothing about the credentials or the token."
	tryLater     = "Try again later; max_retries and request_timeout say how long to wait."
)

// unknownHost recognizes ZITADEL's plain text answer to a host that belongs to
// none of its instances.
func unknownHost(a *answer) bool {
	return !a.isJSON() && strings.Contains(string(a.body), "Instance not found")
}

// unknownInstance is the error of a host that the server does not know.
func (q call) unknownInstance(a *answer) *Error {
	e := q.answered(a)
	e.Problem = "the server knows no instance of this host name"
	asked, _ := url.Parse(q.url)
	_, text, _ := strings.Cut(string(a.body), "origin &{")
	seen, _, _ := strings.Cut(text, " ")
	if seen != "" && asked != nil && seen != asked.Host {
		e.Likely = []string{fmt.Sprintf("The request reached ZITADEL with the host %s: a proxy before it, or a Forwarded or X-Forwarded-Host header, replaces %s.", q.quote(seen, 200), asked.Host)}
	}
	e.Next = []string{
		"Set issuer (or domain) to the instance's own domain, spelled as in the ZITADEL console: an IP address or an alias will not do.",
		"To reach the instance through another address keep its domain in issuer and put the address into connect_url.",
	}
	return e
}

// clockWrong is the error of two clocks that are too far apart.
func (q call) clockWrong(skew time.Duration) *Error {
	return &Error{
		Op: q.op, Method: q.method, URL: q.address(), Attempts: q.attempts,
		Problem: fmt.Sprintf("the server's clock is %s the one of this machine", apart(skew)),
		Likely:  []string{"One of the two clocks is wrong. A difference of up to 24h is corrected; one like this is not."},
		Next:    []string{"Set the clock of this machine (date -u tells it), or that of the server."},
	}
}

// apart words a skew: "3h0m0s ahead of", "10m0s behind".
func apart(skew time.Duration) string {
	if skew < 0 {
		return skew.Abs().String() + " behind"
	}
	return skew.String() + " ahead of"
}

// refusal reads an OAuth error answer (RFC 6749 section 5.2) into the error of
// q, without what it may echo of the request's secrets.
func (q call) refusal(a *answer) *Error {
	var stated struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	e := q.answered(a)
	if !a.isJSON() || json.Unmarshal(a.body, &stated) != nil || stated.Code == "" {
		e.Problem = "without an OAuth error in it" + q.redact(a.kind())
		return e
	}
	e.Code, e.Description = q.quote(stated.Code, 100), q.quote(stated.Description, 500)
	return e
}

// quote makes text of an answer fit for a message: without secrets, bounded, and
// with nothing that a terminal would not show.
func (q call) quote(text string, max int) string { return printable(q.redact(text), max) }

// malformed is the error of an answer that cannot be read.
func (q call) malformed(a *answer, problem string) *Error {
	e := q.answered(a)
	e.Problem = q.redact(problem)
	e.Next = []string{"Check that the issuer is a ZITADEL instance and that no login page or proxy answers in its place."}
	return e
}

// kind says what sort of body an answer has, never what is in it.
func (a *answer) kind() string {
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (its content type is %s)", printable(media, 60))
}
