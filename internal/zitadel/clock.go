package zitadel

import (
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// minSkew is the smallest skew that a Date header can show: the header has whole
	// seconds, and the response takes time to arrive.
	minSkew = 2 * time.Second
	// MaxSkew is the skew beyond which nothing is corrected, because one of the
	// clocks is wrong.
	MaxSkew = 24 * time.Hour
)

// clock records how far the server's clock is ahead of the local clock.
type clock struct{ ahead atomic.Int64 }

// observe records the skew that is shown by the Date of a response that was received at the local
// time received. A response with an Age came from a cache (RFC 9111 section 5.1), so
// its Date is old.
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
// skew beyond MaxSkew is not corrected.
func (c *Client) ServerTime() time.Time {
	if skew := c.Skew(); skew.Abs() <= MaxSkew {
		return c.now().Add(skew)
	}
	return c.now()
}

// clockIsWrong reports whether the response shows a skew beyond MaxSkew.
func (c *Client) clockIsWrong(resp *response) bool {
	return resp.fromZITADEL() && c.Skew().Abs() > MaxSkew
}
