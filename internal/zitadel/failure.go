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

// newError returns an error of req without a response, which the caller completes.
func (req *request) newError() *Error {
	return &Error{Op: req.op, Method: req.method, URL: req.address(), Attempts: req.attempts, Time: req.sent}
}

// newResponseError returns an error of a response, which the caller completes.
func (req *request) newResponseError(resp *response) *Error {
	e := req.newError()
	e.Status, e.RequestID, e.Shared = resp.status, resp.requestID, req.shared
	return e
}

// rejectionError returns the error of an OAuth error response (RFC 6749 section 5.2),
// without the secrets of the request that it may contain.
func (req *request) rejectionError(resp *response) *Error {
	e := req.newResponseError(resp)
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

// malformedError returns the error of a response that is not the expected document; reason
// describes why, and is nil if the response is not JSON at all.
func (req *request) malformedError(resp *response, document string, reason error) *Error {
	e := req.newResponseError(resp)
	if reason == nil {
		e.Problem = req.fault("response-not-json", "document", document, "media_type", resp.mediaType())
	} else {
		e.Problem = req.fault("response-malformed", "document", document, "reason", reason)
	}
	return e
}

// redirectError returns the error of a redirect. It names only the origin of the target:
// the rest may contain parameters of a login.
func (req *request) redirectError(resp *response) *Error {
	e := req.newResponseError(resp)
	target := ""
	if u, err := url.Parse(resp.header.Get("Location")); err == nil && u.Host != "" {
		target = u.Scheme + "://" + u.Host
	}
	e.Problem = req.fault("redirect", "target", target)
	return e
}

// schemeError returns the error of a TLS port that received a request over plain HTTP.
func (req *request) schemeError(resp *response, connect *url.URL) *Error {
	e := req.newResponseError(resp)
	e.Unavailable = true
	connectTo := ""
	if connect != nil {
		connectTo = connect.String()
	}
	e.Problem = req.fault("http-to-tls-port", "target", req.target(connect), "connected_to", connectTo)
	return e
}

// unavailableError returns the error of a server that did not recover in time.
func (req *request) unavailableError(resp *response) *Error {
	e := req.rejectionError(resp)
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

// unknownInstanceError returns the error of a host for which the server has no instance.
func (req *request) unknownInstanceError(resp *response) *Error {
	e := req.newResponseError(resp)
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

// notFoundError returns the error of a path that the server does not have, or nil if the
// response is an OAuth error. ZITADEL has all paths that the client requests, so
// another server responds, or ZITADEL failed to load its instance.
func (req *request) notFoundError(resp *response) error {
	if code, _ := resp.oauthError(); code != "" {
		return nil
	}
	e := req.rejectionError(resp)
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

// clockError returns the error of two clocks that differ by more than MaxSkew.
func (req *request) clockError(skew time.Duration) *Error {
	e := req.newError()
	e.Unavailable = true
	e.Problem = fault.New("clock-wrong", "skew", skew.Abs(), "behind", skew < 0)
	return e
}

// fault returns a fault without the secrets of the request, which a response may
// repeat.
func (req *request) fault(code string, values ...any) *fault.Fault {
	for i, value := range values {
		if i%2 == 0 { // a name
			continue
		}
		switch value := value.(type) {
		case string:
			values[i] = req.redact(value)
		case []string:
			redacted := make([]string, len(value))
			for j, each := range value {
				redacted[j] = req.redact(each)
			}
			values[i] = redacted
		case error:
			values[i] = req.redactFaults(value)
		}
	}
	return fault.New(code, values...)
}

// redactFaults returns the faults in err without the secrets of the request.
func (req *request) redactFaults(err error) error {
	var redacted []error
	for _, f := range fault.All(err) {
		redacted = append(redacted, req.redactFault(f))
	}
	return errors.Join(redacted...)
}

// redactFault returns f without the secrets of the request.
func (req *request) redactFault(f *fault.Fault) *fault.Fault {
	var values []any
	for name, value := range f.Values {
		values = append(values, name, value)
	}
	return req.fault(f.Code, values...)
}

// quote makes text of a response safe for an error: without secrets, with at most
// limit characters, and with control characters escaped.
func (req *request) quote(text string, limit int) string {
	return fault.Printable(req.redact(text), limit)
}

// mediaType returns the media type of a response, or "" if it declares none.
func (resp *response) mediaType() string {
	media, _, err := mime.ParseMediaType(resp.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}
