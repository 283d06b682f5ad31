package oauth

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

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
	e.Likely = append([]string{"A server other than ZITADEL responds at this address. ZITADEL would not return 404 for this path."}, e.Likely...)
	e.Next = []string{"Check that issuer is the URL of a ZITADEL instance."}
	return e
}

// clockWrong is the error of two clocks that differ by more than MaxSkew.
func (q *call) clockWrong(skew time.Duration) *Error {
	return &Error{
		Op: q.op, Method: q.method, URL: q.address(), Attempts: q.attempts, Time: q.sent, Unavailable: true,
		Problem: fmt.Sprintf("the server's clock is %s this machine's clock", DescribeSkew(skew)),
		Likely:  []string{"One of the two clocks is wrong. A difference of up to 24h is corrected; a larger one is not."},
		Next:    []string{"Set the clock of this machine (date -u prints it), or that of the server."},
	}
}

// DescribeSkew describes how the server's clock differs: "3h ahead of", "10m behind".
func DescribeSkew(skew time.Duration) string {
	if skew < 0 {
		return FormatDuration(skew.Abs()) + " behind"
	}
	return FormatDuration(skew) + " ahead of"
}

// FormatDuration formats d as HCL authors write it: "30m", not "30m0s".
func FormatDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// refusal reads an OAuth error response (RFC 6749 section 5.2) into the error of
// q, without what it may echo of the request's secrets.
func (q *call) refusal(a *answer) *Error {
	e := q.answered(a)
	if q.hidden {
		e.Likely = append(e.Likely, "An outage cannot be ruled out: GET "+readyPath+", ZITADEL's readiness check, returns 404. A proxy may block that path.")
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
