package zitadel

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// sharedFor is the time for which the requests of a process share a rejection or an
	// outage before one of them is sent again.
	sharedFor = 5 * time.Second
	// An endpoint receives firstInFlight requests at a time at first, one more after each
	// success, and at most maxInFlight. So it receives few requests before the first
	// failure.
	firstInFlight = 10
	maxInFlight   = 100
)

// breaker is a circuit breaker. While it is closed, requests pass. When one fails,
// the breaker opens: that request continues alone as the trial, and all others wait.
// If the trial succeeds, the breaker closes. If it gives up, the others share its
// outcome for a while, after which the next request is the trial. If the outcome may be
// due to that request alone, another one must confirm it with a single attempt.
//
// DESIGN.md draws the states.
type breaker struct {
	mu        sync.Mutex
	open      bool
	trial     *request // the request that continues alone, or nil
	inFlight  int
	successes int
	streak    int             // successes since the last failure
	outcome   *outcome        // of the last trial, if it gave up
	expires   time.Time       // of outcome and of suspected
	suspected bool            // a trial gave up, perhaps because of that request alone
	waiting   []chan struct{} // of requests, in order; closed when one must check again
}

// outcome is the result of a request: a response that rejects it, or a failure.
type outcome struct {
	last     request // the request at that time
	response *response
	failure  *Error
}

// enter waits until req may be sent, and returns how many requests have succeeded so
// far; the caller must call leave when the attempt is complete. It returns the
// outcome of another request instead if req shares it, or the cause of ctx if that is
// done first.
func (b *breaker) enter(ctx context.Context, req *request, now func() time.Time) (*outcome, int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		switch {
		case b.outcome != nil && now().Before(b.expires):
			return b.outcome, 0, nil
		case b.open && (b.trial == nil || b.trial == req):
			b.trial, b.outcome = req, nil
			b.inFlight++
			return nil, b.successes, nil
		case !b.open && b.room() > 0:
			b.inFlight++
			return nil, b.successes, nil
		}
		if err := b.wait(ctx); err != nil {
			return nil, 0, err
		}
	}
}

// room returns how many more requests may be in flight. The caller holds b.mu.
func (b *breaker) room() int { return min(firstInFlight+b.streak, maxInFlight) - b.inFlight }

// wait waits until the request must check again. The caller holds b.mu, which is
// released during the wait.
func (b *breaker) wait(ctx context.Context) error {
	turn := make(chan struct{})
	b.waiting = append(b.waiting, turn)
	b.mu.Unlock()
	defer b.mu.Lock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := slices.Index(b.waiting, turn); n >= 0 {
		b.waiting = slices.Delete(b.waiting, n, n+1)
	} else {
		b.wake(1) // in its place
	}
	return context.Cause(ctx)
}

// wake makes the first waiting requests check again. The caller holds b.mu.
func (b *breaker) wake(number int) {
	number = max(min(number, len(b.waiting)), 0)
	for _, turn := range b.waiting[:number] {
		close(turn)
	}
	b.waiting = b.waiting[number:]
}

// leave reports that the attempt that enter admitted is complete.
func (b *breaker) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	b.wake(1)
}

// trip opens the breaker because req failed. It reports whether that confirms the failure
// of another request, so that req need not be repeated.
func (b *breaker) trip(req *request, now time.Time) (confirms bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.streak = 0
	if !b.open || b.trial == nil {
		b.open, b.trial = true, req
	}
	return b.trial == req && b.suspected && now.Before(b.expires)
}

// reset closes the breaker because a request succeeded.
func (b *breaker) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.successes++
	b.streak++
	b.open, b.trial, b.outcome, b.suspected = false, nil, nil, false
	b.wake(b.room())
}

// share makes all requests share the outcome o of req for a while. An outcome that is not
// certain to concern them must have been suspected before; otherwise the next request
// is a trial that confirms it. share does nothing if another request is the trial and
// may still succeed, or if there is no trial and a request has succeeded since the
// given number of successes.
func (b *breaker) share(req *request, o *outcome, successes int, now time.Time, certain bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trial != req && (b.trial != nil || b.successes != successes) {
		return
	}
	certain = certain || b.suspected && now.Before(b.expires)
	b.open, b.trial, b.suspected, b.expires = true, nil, !certain, now.Add(sharedFor)
	if !certain {
		b.wake(1)
		return
	}
	b.outcome = o
	b.wake(len(b.waiting))
}

// abandon allows another trial if req, which is complete, is still the trial.
func (b *breaker) abandon(req *request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trial == req {
		b.trial = nil
		b.wake(1)
	}
}
