package zitadel

import (
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// minSkew is the smallest skew that a Date header can show, because the header is accurate only
	// to the second and the response takes time to arrive.
	minSkew = 2 * time.Second
	// MaxSkew is the largest skew that is corrected. A larger skew means that one of the clocks is
	// wrong.
	MaxSkew = 24 * time.Hour
)

// clock records how far the server's clock is ahead of the local clock.
type clock struct{ ahead atomic.Int64 }

// observe records the skew that a response's Date header shows. sent and received are the local
// times at which the request was sent and the response was received. The server set the header at
// some point in between, so a slow response shows only the range in which the skew must be. If the
// known skew is in that range, it does not change. Otherwise, it becomes the nearest value. A
// response with an Age header came from a cache (RFC 9111 section 5.1), so its Date is old and is
// ignored.
func (c *clock) observe(header http.Header, sent, received time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil || header.Get("Age") != "" {
		return
	}
	least, most := date.Sub(received.Truncate(time.Second)), date.Sub(sent.Truncate(time.Second))
	ahead := min(max(c.skew(), least), most)
	if ahead.Abs() < minSkew {
		ahead = 0
	}
	c.ahead.Store(int64(ahead))
}

func (c *clock) skew() time.Duration { return time.Duration(c.ahead.Load()) }

// Skew returns how far the server's clock is ahead of the local clock, according to the last
// response that showed it. It is negative if the server's clock is behind, and zero if the
// difference is less than two seconds.
func (c *Client) Skew() time.Duration { return c.clock.skew() }

// ServerTime returns the current time on the server's clock: the local time, corrected by the known
// skew. It returns the local time if the skew is larger than MaxSkew.
func (c *Client) ServerTime() time.Time {
	if skew := c.Skew(); skew.Abs() <= MaxSkew {
		return c.now().Add(skew)
	}
	return c.now()
}

// clockIsWrong reports whether resp comes from ZITADEL and skew is larger than MaxSkew. It returns
// false for the response to a successful revocation, because the token is revoked even if a clock
// is wrong.
func clockIsWrong(req *request, resp *response, skew time.Duration) bool {
	isRevoked := req.op == opRevoke && resp.status == http.StatusOK
	return resp.fromZITADEL() && skew.Abs() > MaxSkew && !isRevoked
}
