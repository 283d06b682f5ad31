package zitadel

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// backOff waits before the next attempt: for the time in Retry-After, plus some
// jitter. It returns the failure if no retry is left, or if the next attempt would be too
// late.
//
// No retry library is used, because the body determines what is retried (a JSON 500
// of ZITADEL up to v4.13 rejects an assertion, a text 500 is an outage), and because
// waits must go through Client.Sleep.
func (c *Client) backOff(ctx context.Context, req *request, v verdict) error {
	if req.retries >= c.MaxRetries || !c.budget.spend(c.MaxRetries) {
		return v.failure
	}
	req.retries++
	retryAfter := min(v.response.retryAfter(), c.requestTimeout())
	if retryAfter > 0 {
		req.waited = c.now().Add(retryAfter)
		c.pace.delayUntil(req.waited)
	}
	window := min(jitterWindow(req.retries, v.response.limited()), c.requestTimeout())
	if !req.deadline.IsZero() {
		left := req.deadline.Sub(c.now()) - retryAfter
		if left <= 0 {
			return v.failure
		}
		window = min(window, left/2) // leave half of the time for the attempt
	}
	return c.sleep(ctx, retryAfter+c.jitterIn(window, v.response.limited()))
}

// jitterIn returns a random wait in a window: in all of it after a rate limit, and
// otherwise in its second half. See [jitterWindow].
func (c *Client) jitterIn(window time.Duration, limited bool) time.Duration {
	if limited {
		return c.jitter(window)
	}
	return window/2 + c.jitter(window-window/2)
}

// jitterWindow returns the longest wait before a retry; the first retry is number 1.
//
// During an outage, the wait is between half of the window and all of it, so that
// three retries always outlast three seconds. A rate-limited client competes with
// many others, so its wait is anywhere in the window (full jitter), on top of
// Retry-After. Otherwise all rejected requests would be repeated at the same time. Its
// first window is wider: with 8 s, 50 runs that start within a second against a limit of
// 20 requests a second succeed with 1.5 times the requests that they need (docs/load.md).
func jitterWindow(retry int, limited bool) time.Duration {
	const usual, crowded, longest = time.Second, 8 * time.Second, 30 * time.Second
	first := usual
	if limited {
		first = crowded
	}
	return min(first<<min(retry-1, 5), longest)
}

// budget is the number of retries that all requests of a client may make together: a
// token bucket that successful requests refill. The zero value is full.
type budget struct {
	mu    sync.Mutex
	spent int
}

// spend uses one retry of the budget, and reports whether one was left. The
// budget is ten times maxRetries, plus one retry for each request that can be in flight
// when an outage begins.
func (b *budget) spend(maxRetries int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent >= 10*maxRetries+maxInFlight {
		return false
	}
	b.spent++
	return true
}

// refund returns one retry to the budget.
func (b *budget) refund() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(b.spent-1, 0)
}

// pace delays all requests until the time in Retry-After. The zero value delays
// none.
type pace struct {
	mu    sync.Mutex
	until time.Time
}

// delayUntil delays requests until a time, and returns the time until which they are
// delayed.
func (p *pace) delayUntil(until time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
	return p.until
}

// await waits until req may be sent, plus up to a second, so that requests are not sent
// all at once. It does not repeat a wait that req has already made. A request with an
// earlier deadline passes, because a revocation that waits until then is never sent.
func (p *pace) await(ctx context.Context, c *Client, req *request) error {
	for {
		until := p.delayUntil(time.Time{})
		wait := until.Sub(c.now())
		if wait <= 0 || !until.After(req.waited) || !req.deadline.IsZero() && until.After(req.deadline) {
			return nil
		}
		req.waited = until
		if err := c.sleep(ctx, wait+c.jitter(time.Second)); err != nil {
			return err
		}
	}
}

// retryAfter returns the wait in Retry-After (RFC 9110 section 10.2.3): seconds, or a
// date, which refers to the clock of the response's sender. It is zero without the
// header or without a response.
func (resp *response) retryAfter() time.Duration {
	if resp == nil {
		return 0
	}
	text := resp.header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 64); err == nil {
		return time.Duration(min(seconds, math.MaxInt32)) * time.Second
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	sent, err := http.ParseTime(resp.header.Get("Date"))
	if err != nil {
		return 0
	}
	return max(date.Sub(sent), 0)
}
