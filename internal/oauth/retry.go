package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// settle asks until there is an answer that is not retried. The error says why
// there is none.
//
// The loop is ours, not a library's: what it retries depends on the body (a
// JSON 500 of an older ZITADEL is the refusal of an assertion, a text 500 is an
// outage), and its waits must pass through Client.Sleep.
func (c *Client) settle(ctx context.Context, q *call) (*answer, error) {
	for {
		if err := c.sign(ctx, q); err != nil {
			return nil, err
		}
		q.attempts++
		a, err := c.attempt(ctx, *q)
		// An answer that is complete counts, also if nobody waits any more: it
		// may be a token that has to be revoked.
		if err != nil && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if skew := c.Skew(); skew.Abs() > MaxSkew {
			return nil, q.clockWrong(skew)
		}
		if err != nil && permanent(err) || err == nil && !transient(*q, a) {
			return c.outcome(*q, a, err)
		}
		again, interrupted := c.pause(ctx, q, a)
		if interrupted != nil {
			return nil, interrupted
		}
		if !again {
			return c.outcome(*q, a, err)
		}
	}
}

// outcome turns the last attempt into an answer to read or an error.
func (c *Client) outcome(q call, a *answer, err error) (*answer, error) {
	switch {
	case err != nil:
		e := q.unreachable(err, c.requestTimeout())
		if c.ConnectURL != nil {
			e.Problem += fmt.Sprintf(" (connected to %s)", c.ConnectURL)
		}
		return nil, e
	case a.status >= 300 && a.status < 400:
		return nil, q.redirected(a)
	case a.status == http.StatusNotFound && unknownHost(a):
		return nil, q.unknownInstance(a)
	case transient(q, a):
		return nil, q.unavailable(a)
	}
	return a, nil
}

// pause waits for as long as a, which may be nil, asks for, and some time more.
// It returns false if q has had all its retries, or if nobody would wait for the
// next one to come.
func (c *Client) pause(ctx context.Context, q *call, a *answer) (bool, error) {
	if q.retries >= c.MaxRetries {
		return false, nil
	}
	q.retries++
	longest := c.requestTimeout()
	var asked time.Duration
	if a != nil {
		asked = min(a.retryAfter(), longest)
	}
	most := min(backoff(q.retries, asked > 0 || a != nil && a.status == http.StatusTooManyRequests), longest)
	if deadline, ok := ctx.Deadline(); ok {
		// A revocation has a few seconds in all: half of them for the retry.
		left := time.Until(deadline) - asked
		if left <= 0 {
			return false, nil
		}
		most = min(most, left/2)
	}
	return true, c.sleep(ctx, asked+c.jitter(most))
}

// backoff is the longest wait before a retry, counted from 1. The wait is
// anything up to that (full jitter), and comes on top of Retry-After: else all
// the runs that a server has turned away would come back at once.
//
// Who is turned away is one of many, and they have to find room one after the
// other, so they spread wider from the start. 8 s is what it takes for 50 runs
// that start within a second or less, against 20 requests a second, to come
// through with half as many requests again as they need (docs/load.md).
func backoff(retry int, turnedAway bool) time.Duration {
	const alone, crowded, most = time.Second, 8 * time.Second, 30 * time.Second
	first := alone
	if turnedAway {
		first = crowded
	}
	return min(first<<min(retry-1, 5), most)
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
	)
	return alert(err) != "" || errors.Is(err, errTooLarge) || errors.Is(err, errProxy) || errors.Is(err, context.Canceled) ||
		errors.As(err, &certificate) || errors.As(err, &record)
}

// retryAfter reads Retry-After (RFC 9110 section 10.2.3): seconds, or a date,
// which counts on the server's clock. It is zero if there is none.
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
