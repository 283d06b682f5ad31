package zitadel

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// failed returns the error of req without a response, to be completed.
func (req *request) failed() *Error {
	return &Error{Op: req.op, Method: req.method, URL: req.address(), Attempts: req.attempts, Time: req.sent}
}

// failedWith returns the error of a response, to be completed.
func (req *request) failedWith(resp *response) *Error {
	e := req.failed()
	e.Status, e.RequestID, e.Shared = resp.status, resp.requestID, req.shared
	return e
}

// rejected returns the error of an OAuth error response (RFC 6749 section 5.2),
// without the secrets of the request that it may contain.
func (req *request) rejected(resp *response) *Error {
	e := req.failedWith(resp)
	if req.hidden {
		e.because("readiness-hidden", "path", readyPath)
	}
	code, description := resp.oauthError()
	if code == "" {
		e.Problem = req.fault("response-without-oauth-error", "media_type", resp.mediaType())
		return e
	}
	e.Code, e.Description = req.quote(code, 100), req.quote(description, 500)
	return e
}

// malformed returns the error of a response that is not the expected document; reason
// describes why, and is nil if the response is not JSON at all.
func (req *request) malformed(resp *response, document string, reason error) *Error {
	e := req.failedWith(resp)
	if reason == nil {
		e.Problem = req.fault("response-not-json", "document", document, "media_type", resp.mediaType())
	} else {
		e.Problem = req.fault("response-malformed", "document", document, "reason", reason)
	}
	return e
}

// redirected returns the error of a redirect. It names only the origin of the target:
// the rest may contain parameters of a login.
func (req *request) redirected(resp *response) *Error {
	e := req.failedWith(resp)
	target := ""
	if u, err := url.Parse(resp.header.Get("Location")); err == nil && u.Host != "" {
		target = u.Scheme + "://" + u.Host
	}
	e.Problem = req.fault("redirect", "target", target)
	return e
}

// wrongScheme returns the error of a TLS port that received a request over plain HTTP.
func (req *request) wrongScheme(resp *response, connect *url.URL) *Error {
	e := req.failedWith(resp)
	e.Unavailable = true
	connectTo := ""
	if connect != nil {
		connectTo = connect.String()
	}
	e.Problem = req.fault("http-to-tls-port", "target", req.target(connect), "connect_url", connectTo)
	return e
}

// unavailable returns the error of a server that did not recover in time.
func (req *request) unavailable(resp *response) *Error {
	e := req.rejected(resp)
	e.Unavailable = true
	if resp.status == http.StatusTooManyRequests {
		e.Problem = req.fault("rate-limit", "media_type", resp.mediaType())
	} else {
		e.Problem = req.fault("server-unavailable", "media_type", resp.mediaType())
	}
	return e
}

// unknownHost recognizes ZITADEL's plain text response to a host that belongs to
// none of its instances, by the error ID: the text follows the instance's language.
func (resp *response) unknownHost() bool {
	return resp.status == http.StatusNotFound && !resp.isJSON() && bytes.Contains(resp.body, []byte("QUERY-1kIjX"))
}

// unknownInstance returns the error of a host that the server does not know.
func (req *request) unknownInstance(resp *response) *Error {
	e := req.failedWith(resp)
	e.Unavailable = true
	e.Problem = fault.New("unknown-instance")
	sent, _ := url.Parse(req.url)
	_, text, _ := strings.Cut(string(resp.body), "origin &{")
	received, _, _ := strings.Cut(text, " ")
	if received != "" && sent != nil && received != sent.Host {
		e.Causes = append(e.Causes, req.fault("host-replaced", "received", received, "sent", sent.Host))
	}
	return e
}

// notFound returns the error of a path that the server does not have, or nil if the
// response is an OAuth error. ZITADEL has all paths that the client requests, so
// another server responds, or ZITADEL failed to load its instance.
func (req *request) notFound(resp *response) error {
	if code, _ := resp.oauthError(); code != "" {
		return nil
	}
	e := req.rejected(resp)
	text := string(resp.body)
	if strings.Contains(text, "unable to set instance") && !strings.Contains(text, "QUERY-IuGh1") {
		e.because("instance-not-loaded", "request_id", e.RequestID, "time", e.Time)
		return e
	}
	e.Causes = append([]*fault.Fault{fault.New("other-server")}, e.Causes...)
	if strings.Contains(text, "QUERY-IuGh1") {
		e.because("public-host-untrusted")
	}
	return e
}

// clockWrong returns the error of two clocks that differ by more than MaxSkew.
func (req *request) clockWrong(skew time.Duration) *Error {
	e := req.failed()
	e.Unavailable = true
	e.Problem = fault.New("clock-wrong", "skew", skew.Abs(), "behind", skew < 0)
	return e
}

// fault returns a fault without the secrets of the request, which a response may
// repeat.
func (req *request) fault(code string, values ...any) *fault.Fault {
	for i, value := range values {
		if text, ok := value.(string); ok && i%2 == 1 {
			values[i] = req.redact(text)
		}
		if err, ok := value.(error); ok {
			values[i] = req.redactFault(err)
		}
	}
	return fault.New(code, values...)
}

// redactFault returns the faults in err without the secrets of the request.
func (req *request) redactFault(err error) error {
	var redacted []error
	for _, f := range fault.All(err) {
		var values []any
		for name, value := range f.Values {
			values = append(values, name, value)
		}
		redacted = append(redacted, req.fault(f.Code, values...))
	}
	return errors.Join(redacted...)
}

// quote makes text of a response safe for a message: without secrets, with at most
// limit characters, and with control characters escaped.
func (req *request) quote(text string, limit int) string {
	return fault.Printable(req.redact(text), limit)
}

// mediaType returns the media type of a response, "" if it declares none.
func (resp *response) mediaType() string {
	media, _, err := mime.ParseMediaType(resp.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}
