package optest

import (
	"net/http"
	"sync"
	"time"
)

// Limiter refuses what exceeds a number of requests in a second. The zero
// Limiter refuses nothing.
//
// It counts in fixed windows, which are the seconds of the clock, as Kong's
// plugin rate-limiting does: the first requests of a second pass, the rest are
// refused and told to come back when it is over. That is hard on clients, since
// all who are turned away are told the same and none keeps its place. ZITADEL
// itself sets no such limit; a gateway before it may.
type Limiter struct {
	mu             sync.Mutex
	perSecond      int
	window         time.Time
	taken, refused int
}

// NewLimiter returns a Limiter that lets so many requests of a second pass.
func NewLimiter(perSecond int) *Limiter { return &Limiter{perSecond: perSecond} }

// Take reports whether a request at the time now passes, and if not, what is to
// be in Retry-After: the whole seconds until the window ends, rounded up.
func (l *Limiter) Take(now time.Time) (retryAfter string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if window := now.Truncate(time.Second); !window.Equal(l.window) {
		l.window, l.taken = window, 0
	}
	if l.perSecond > 0 && l.taken >= l.perSecond {
		l.refused++
		return "1", false
	}
	l.taken++
	return "", true
}

// Limit lets a gateway before the server refuse what exceeds so many requests
// in a second. 0 takes the gateway away.
func (i *Issuer) Limit(perSecond int) {
	l := &i.traffic.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	l.perSecond, l.taken = perSecond, 0
}

// Limited returns how many requests have been refused because of the limit.
// [Issuer.Requests] counts them, too.
func (i *Issuer) Limited() int {
	l := &i.traffic.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused
}

// limited answers a request that exceeds the limit, and reports whether it does.
func (i *Issuer) limited(w http.ResponseWriter) bool {
	retryAfter, ok := i.traffic.limiter.Take(time.Now())
	if !ok {
		w.Header().Set("Retry-After", retryAfter)
		http.Error(w, "API rate limit exceeded", http.StatusTooManyRequests)
	}
	return !ok
}
