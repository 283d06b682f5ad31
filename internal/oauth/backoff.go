package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"
)

// backOff waits before the next attempt: as long as the response a, which may be
// nil, requests with Retry-After, and some time more. It returns failure if no
// retry is left, or if the next attempt would come too late.
//
// The loop is not a library's, because what is retried depends on the body (a
// JSON 500 of ZITADEL up to v4.13 is the rejection of an assertion, a text 500 is
// an outage), and because its waits must pass through Client.Sleep.
func (c *Client) backOff(ctx context.Context, q *call, a *answer, failure error) error {
	if q.retries >= c.MaxRetries {
		return failure
	}
	q.retries++
	longest := c.requestTimeout()
	var requested time.Duration
	if a != nil {
		requested = min(a.retryAfter(), longest)
	}
	limited := requested > 0 || a != nil && a.status == http.StatusTooManyRequests
	window := min(jitterWindow(q.retries, limited), longest)
	if !q.deadline.IsZero() {
		left := q.deadline.Sub(c.now()) - requested
		if left <= 0 {
			return failure
		}
		window = min(window, left/2) // leave half of the time for the attempt
	}
	return c.sleep(ctx, requested+c.jitter(window))
}

// jitterWindow returns the longest wait before a retry, counted from 1. The wait
// is anything up to that (full jitter), and comes on top of Retry-After:
// otherwise all the runs that a server has rejected would return at once.
//
// A rate-limited client competes with many others, so it starts with a wider
// window. With 8 s, 50 runs that start within a second against a limit of 20
// requests a second get through with half as many requests again as they need
// (docs/load.md).
func jitterWindow(retry int, limited bool) time.Duration {
	const usual, crowded, longest = time.Second, 8 * time.Second, 30 * time.Second
	first := usual
	if limited {
		first = crowded
	}
	return min(first<<min(retry-1, 5), longest)
}

// transient reports whether a response is that of a server, or of a gateway, that
// may recover.
func transient(q *call, a *answer) bool {
	switch {
	case a.status == http.StatusTooManyRequests || a.fromGateway():
		return true
	case a.status == http.StatusInternalServerError:
		return q.method == http.MethodGet || !a.isJSON()
	}
	return a.status > 500 && q.method == http.MethodGet
}

// permanent reports whether a failed attempt would fail again in the same way.
func permanent(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
	)
	return alert(err) != "" || errors.Is(err, errTooLarge) || errors.Is(err, errProxy) || errors.Is(err, context.Canceled) ||
		errors.As(err, &certificate) || errors.As(err, &record)
}

// retryAfter reads Retry-After (RFC 9110 section 10.2.3): seconds, or a date,
// which counts on the clock of whoever sent the response. It is zero if there is
// none.
func (a *answer) retryAfter() time.Duration {
	text := a.header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 64); err == nil {
		return time.Duration(min(seconds, math.MaxInt32)) * time.Second
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	sent, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return 0
	}
	return max(date.Sub(sent), 0)
}
