package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"net/http"
	"strconv"
	"time"
)

// retry says whether q is worth sending again after its attempt number, and
// when.
//
// The loop is ours, not a library's: what it retries depends on the body (a
// JSON 500 of an older ZITADEL is the refusal of an assertion, a text 500 is an
// outage), and its waits must pass through Client.Sleep.
func retry(q call, a *answer, err error, number int) (time.Duration, bool) {
	if err != nil {
		return backoff(number), !permanent(err)
	}
	if !transient(q, a) {
		return 0, false
	}
	if wait, ok := a.retryAfter(); ok {
		return wait, true
	}
	return backoff(number), true
}

// transient reports whether an answer tells of a server that may recover.
func transient(q call, a *answer) bool {
	switch a.status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusInternalServerError:
		return q.method == http.MethodGet || !a.isJSON()
	}
	return a.status > 500 && q.method == http.MethodGet
}

// permanent reports whether a failed attempt would fail again in the same way.
func permanent(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		remote      *net.OpError
	)
	// A TLS alert of the server is known by its operation alone.
	alert := errors.As(err, &remote) && remote.Op == "remote error"
	return alert || errors.Is(err, errTooLarge) || errors.Is(err, errProxy) || errors.Is(err, context.Canceled) ||
		errors.As(err, &certificate) || errors.As(err, &record)
}

// retryAfter reads Retry-After (RFC 9110 section 10.2.3): seconds, or a date,
// which counts on the server's clock.
func (a *answer) retryAfter() (time.Duration, bool) {
	text := a.header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 64); err == nil {
		return time.Duration(min(seconds, math.MaxInt32)) * time.Second, true
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	sent, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return 0, false
	}
	return max(date.Sub(sent), 0), true
}
