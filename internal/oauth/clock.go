package oauth

import (
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// minSkew is what a Date header cannot tell from none: it counts whole
	// seconds, and the answer was on its way for a while.
	minSkew = 2 * time.Second
	// MaxSkew is the difference between two clocks beyond which nothing is
	// corrected: one of them is simply wrong.
	MaxSkew = 24 * time.Hour
)

// clock knows by how much the server's clock is ahead of the local one.
type clock struct{ ahead atomic.Int64 }

// observe learns from the Date of an answer that was received at the local
// time received. An answer with an Age came out of a cache (RFC 9111 section
// 5.1): its Date is old.
func (c *clock) observe(header http.Header, received time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil || header.Get("Age") != "" {
		return
	}
	ahead := date.Sub(received.Truncate(time.Second))
	if ahead.Abs() < minSkew {
		ahead = 0
	}
	c.ahead.Store(int64(ahead))
}

func (c *clock) skew() time.Duration { return time.Duration(c.ahead.Load()) }

// Skew returns by how much the server's clock is ahead of the local one, as
// last seen: negative if it is behind, zero under two seconds.
func (c *Client) Skew() time.Duration { return c.clock.skew() }

// ServerTime returns the time on the server's clock, as far as it is known. A
// clock that is simply wrong tells nothing.
func (c *Client) ServerTime() time.Time {
	if skew := c.Skew(); skew.Abs() <= MaxSkew {
		return c.now().Add(skew)
	}
	return c.now()
}
