package zitadel

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// backOff waits before the next attempt: for the time in Retry-After, which is limited to the
// request timeout, plus jitter. It returns v.failure if no retry is left or if the deadline
// is too near, and the cause of ctx if ctx is done during the wait.
//
// No retry library is used, because waits must use Client.Sleep, and because whether to retry
// depends on the body of the response. For example, a 500 with a JSON body from ZITADEL up to
// v4.13 rejects an assertion, and a 500 with a text body indicates an outage.
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

// jitterIn returns a random wait. After a rate limit, the wait is anywhere in the window.
// Otherwise, it is in the second half of the window. See [jitterWindow].
func (c *Client) jitterIn(window time.Duration, limited bool) time.Duration {
	if limited {
		return c.jitter(window)
	}
	return window/2 + c.jitter(window-window/2)
}

// jitterWindow returns the longest wait before a retry, not counting Retry-After. The first
// retry is number 1.
//
// During an outage, the wait is between half of the window and the whole window, so that three
// retries always take longer than three seconds. A rate-limited client competes with many
// others. If all of them waited for the same time, they would all repeat their requests at
// the same moment, so the wait of a rate-limited client is anywhere in the window (full
// jitter). Its first window is also wider. With a first window of 8 s, 50 runs that start
// within one second, against a limit of 20 requests per second, all succeed and send at most
// 1.5 times as many requests as they need (see TestFiftyRuns).
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

// pace delays all requests until the time in Retry-After. The zero value does not delay
// requests.
type pace struct {
	mu    sync.Mutex
	until time.Time
}

// delayUntil delays requests at least until the given time, and returns the time until which
// they are delayed.
func (p *pace) delayUntil(until time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
	return p.until
}

// await waits until the delay ends, plus up to one second, so that requests are not all sent
// at once. It does not make req wait again for a delay that req has already waited out. It does
// not delay a request whose deadline is earlier than the end of the delay: otherwise, a
// revocation would never be sent. The error is the cause of ctx.
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

// retryAfter returns the wait that the Retry-After header specifies in seconds or as a date
// (RFC 9110 section 10.2.3). A date follows the clock of the sender, so the Date header is
// subtracted from it. retryAfter returns zero if there is no response or no valid header.
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
