package optest

import (
	"net/http"
	"sync"
	"time"
)

// Limiter limits the number of requests per second. The zero Limiter has no limit.
//
// Like Kong's rate-limiting plugin, it counts requests in fixed windows of one clock second.
// In each second, it allows requests up to the limit, and rejects the rest with a Retry-After that
// lasts until the end of that second. This is a hard case for clients, because all rejected
// requests get the same Retry-After and none is queued. ZITADEL has no such limit, but a
// gateway in front of it might.
type Limiter struct {
	mu                sync.Mutex
	perSecond         int
	window            time.Time
	allowed, rejected int
}

// NewLimiter returns a Limiter that allows perSecond requests in each second.
func NewLimiter(perSecond int) *Limiter { return &Limiter{perSecond: perSecond} }

// Allow reports whether a request that arrives at the given time is allowed. If not, it
// returns the value for Retry-After: the seconds until the window ends, rounded up, which is
// always 1.
func (l *Limiter) Allow(now time.Time) (retryAfter string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if window := now.Truncate(time.Second); !window.Equal(l.window) {
		l.window, l.allowed = window, 0
	}
	if l.perSecond > 0 && l.allowed >= l.perSecond {
		l.rejected++
		return "1", false
	}
	l.allowed++
	return "", true
}

// Limit sets the number of requests per second that a gateway in front of the server
// allows. 0 removes the limit.
func (i *Issuer) Limit(perSecond int) {
	l := &i.traffic.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	l.perSecond, l.allowed = perSecond, 0
}

// Limited returns the number of requests that exceeded the limit. [Issuer.Requests] counts
// them, too.
func (i *Issuer) Limited() int {
	l := &i.traffic.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rejected
}

// rejectOverLimit rejects a request that exceeds the limit, and reports whether it did so.
func (i *Issuer) rejectOverLimit(w http.ResponseWriter) bool {
	retryAfter, ok := i.traffic.limiter.Allow(time.Now())
	if !ok {
		w.Header().Set("Retry-After", retryAfter)
		http.Error(w, "API rate limit exceeded", http.StatusTooManyRequests)
	}
	return !ok
}
