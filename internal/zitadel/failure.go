package zitadel

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// newError returns an error that describes req, its response and the problem. resp is nil if there
// is no response. problem is nil if the response itself describes the failure.
func (req *request) newError(resp *response, problem *fault.Fault) *Error {
	e := &Error{
		Op: req.op, Method: req.method, URL: req.address(), Attempts: req.attempts, Time: req.sent, Problem: problem,
	}
	if resp != nil {
		e.Status, e.RequestID, e.Shared = resp.status, resp.requestID, req.shared
	}
	return e
}

// rejectionError returns the error for a response that should be an OAuth error response (RFC 6749
// section 5.2). It removes the request's secrets, because the response might repeat them.
func (req *request) rejectionError(resp *response) *Error {
	e := req.newError(resp, nil)
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

// malformedError returns the error for a response that is not the expected document. reason
// describes why the document is malformed; it is nil if the response is not JSON at all.
func (req *request) malformedError(resp *response, document string, reason error) *Error {
	if reason == nil {
		return req.newError(resp, req.fault("response-not-json", "document", document, "media_type", resp.mediaType()))
	}
	return req.newError(resp, req.fault("response-malformed", "document", document, "reason", reason))
}

// redirectError returns the error for a redirect. It contains only the target's origin, because the
// rest of the URL might contain login parameters.
func (req *request) redirectError(resp *response) *Error {
	target := ""
	if u, err := url.Parse(resp.header.Get("Location")); err == nil && u.Host != "" {
		scheme, _, _ := strings.Cut(req.url, "://") // for a target without a scheme
		target = cmp.Or(u.Scheme, scheme) + "://" + u.Host
	}
	return req.newError(resp, req.fault("redirect", "target", target))
}

// schemeError returns the error for a plain HTTP request that was sent to a TLS port.
func (req *request) schemeError(resp *response, connect *url.URL) *Error {
	e := req.newError(resp, req.connectFault("http-to-tls-port", connect))
	e.Unavailable = true
	return e
}

// unavailableError returns the error for an exceeded rate limit or an unavailable server.
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

// unknownInstanceError returns the error for a response that reports that no instance has the
// requested host.
func (req *request) unknownInstanceError(resp *response) *Error {
	e := req.newError(resp, fault.New("unknown-instance"))
	e.Unavailable = true
	sent, _ := url.Parse(req.url)
	_, text, _ := strings.Cut(string(resp.body), "origin &{")
	received, _, _ := strings.Cut(text, " ")
	if received != "" && sent != nil && received != sent.Host {
		e.Causes = append(e.Causes, req.fault("host-replaced", "received", received, "sent", sent.Host))
	}
	return e
}

// notFoundError returns the error for a 404 response, or nil if the response is an OAuth error.
// ZITADEL serves all paths that the client requests, so either the response comes from a different
// server, or ZITADEL failed to load the instance.
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

// clockError returns the error for a response that shows a clock skew larger than MaxSkew.
func (req *request) clockError(resp *response, skew time.Duration) *Error {
	e := req.newError(resp, fault.New("clock-wrong", "skew", skew.Abs(), "behind", skew < 0))
	e.Unavailable = true
	return e
}

// fault returns a fault with the code and the values. It removes the request's secrets from the
// values, because a response might repeat them.
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
			for j, element := range value {
				redacted[j] = req.redact(element)
			}
			values[i] = redacted
		case error:
			values[i] = req.redactFaults(value)
		}
	}
	return fault.New(code, values...)
}

// connectFault is like fault, but adds the server's address to the values. connect is the URL to
// connect to instead of the host in the request's URL, or nil.
func (req *request) connectFault(code string, connect *url.URL, values ...any) *fault.Fault {
	connectTo := ""
	if connect != nil {
		connectTo = connect.String()
	}
	return req.fault(code, append(values, "target", req.target(connect), "connected_to", connectTo)...)
}

// redactFaults returns the faults in err without the request's secrets.
func (req *request) redactFaults(err error) error {
	var redacted []error
	for _, f := range fault.All(err) {
		redacted = append(redacted, req.redactFault(f))
	}
	return errors.Join(redacted...)
}

// redactFault returns f without the request's secrets.
func (req *request) redactFault(f *fault.Fault) *fault.Fault {
	var values []any
	for name, value := range f.Values {
		values = append(values, name, value)
	}
	return req.fault(f.Code, values...)
}

// quote makes text from a response safe to include in an error. It removes the request's secrets,
// escapes nonprintable characters, and truncates the result to at most limit characters.
func (req *request) quote(text string, limit int) string {
	return fault.Printable(req.redact(text), limit)
}
