package zitadel

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// backOff waits before the next attempt: for the time in Retry-After, but at most for the request
// timeout, plus jitter. It returns v.failure if no retry is left or if the deadline is too near,
// and the cause of ctx if ctx is done during the wait.
//
// No retry library is used, because waits must use Client.Sleep, and because the decision to retry
// depends on the response body. For example, a 500 with a JSON body from ZITADEL up to v4.13
// rejects an assertion, while a 500 with a text body indicates an outage.
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

// jitterIn returns a random wait. For a rate-limited client, the wait is anywhere in the window.
// Otherwise, it is in the second half of the window. See [jitterWindow].
func (c *Client) jitterIn(window time.Duration, limited bool) time.Duration {
	if limited {
		return c.jitter(window)
	}
	return window/2 + c.jitter(window-window/2)
}

// jitterWindow returns the longest wait before a retry, not counting Retry-After. The first retry
// has number 1.
//
// During an outage, the wait is between half of the window and the whole window, so three retries
// take longer than three seconds. A rate-limited client competes with many others. If all of
// them waited for the same time, they would all repeat their requests at the same moment, so a
// rate-limited client waits for a random part of the window (full jitter), and its first window is
// wider. With a first window of 8 s, 50 runs that start within one second, against a limit of 20
// requests per second, all succeed and send at most 1.5 times as many requests as they need (see
// TestFiftyRuns in package provider).
func jitterWindow(retry int, limited bool) time.Duration {
	const firstWindow, firstLimited, longest = time.Second, 8 * time.Second, 30 * time.Second
	first := firstWindow
	if limited {
		first = firstLimited
	}
	return min(first<<min(retry-1, 5), longest)
}

// budget limits the total number of retries of a client. It is a token bucket that successful
// requests refill. The zero value is full.
type budget struct {
	mu    sync.Mutex
	spent int
}

// spend takes one retry from the budget and reports whether one was left. The budget is ten
// times maxRetries, plus one retry for each request that can be in flight when an outage
// begins.
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

// pace delays all requests until the time that Retry-After specifies. The zero value delays
// nothing.
type pace struct {
	mu    sync.Mutex
	until time.Time
}

// delayUntil delays requests until the given time, unless they are already delayed until a later
// one. It returns the end of the delay.
func (p *pace) delayUntil(until time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
	return p.until
}

// await waits until the delay ends, and then for up to one more second, so that requests are not
// all sent at once. It returns immediately if req has already waited for this delay, or if req's
// deadline is before the end of the delay: otherwise, a revocation would never be sent. The error
// is the cause of ctx.
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

// retryAfter returns the wait that the Retry-After header specifies in seconds or as a date (RFC
// 9110 section 10.2.3). A date is based on the sender's clock, so the wait is the time from the
// Date header to that date. retryAfter returns zero if there is no response or no valid header.
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
