package zitadel

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// sharedFor is how long requests share a rejection or an outage before another request is sent.
	sharedFor = 5 * time.Second
	// An endpoint initially receives up to firstInFlight requests at a time. The limit grows
	// by one after each success, up to maxInFlight. It starts low so that an endpoint that is
	// down receives few requests before the first one fails.
	firstInFlight = 10
	maxInFlight   = 100
)

// breaker is a circuit breaker. While it is closed, requests pass. When a request fails, the
// breaker opens: that request becomes the trial and continues alone, and all others wait. If the
// trial succeeds, the breaker closes. If the trial gives up, the others share its outcome for a
// while, and then the next request becomes the trial. If the outcome might be specific to the
// trial, it is not shared until another request confirms it with a single attempt.
//
// DESIGN.md contains a diagram of the states.
type breaker struct {
	mu        sync.Mutex
	open      bool
	trial     *request // the request that continues alone, or nil
	inFlight  int
	successes int
	streak    int             // successes since the last failure
	outcome   *outcome        // of the last trial, if it gave up
	expires   time.Time       // when outcome and suspected expire
	suspected bool            // a trial gave up, but the cause might be specific to that trial
	waiting   []chan struct{} // one per waiting request, in order; closed when that request must check again
}

// outcome is the result of a request: a response that rejects it, or a failure.
type outcome struct {
	last     request // the request as it was when it completed
	response *response
	failure  *Error
}

// enter waits until req is allowed to be sent, and returns how many requests have succeeded so far.
// The caller must call leave when the attempt is complete. If req shares the outcome of another
// request, enter returns that outcome instead, and the caller must not call leave. If ctx is done
// first, enter returns the cause of ctx.
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
		case !b.open && b.inFlight < b.limit(req):
			b.inFlight++
			return nil, b.successes, nil
		}
		if err := b.wait(ctx); err != nil {
			return nil, 0, err
		}
	}
}

// limit returns how many requests are allowed to be in flight when req is sent. A request with a
// deadline cannot wait until others have succeeded. The caller must hold b.mu.
func (b *breaker) limit(req *request) int {
	if !req.deadline.IsZero() {
		return maxInFlight
	}
	return min(firstInFlight+b.streak, maxInFlight)
}

// wait waits until the caller must check again, or returns the cause of ctx if ctx is done
// first. The caller must hold b.mu, which wait releases in the meantime.
func (b *breaker) wait(ctx context.Context) error {
	turn := make(chan struct{})
	b.waiting = append(b.waiting, turn)
	b.mu.Unlock()
	select {
	case <-turn:
	case <-ctx.Done():
	}
	b.mu.Lock()
	if ctx.Err() == nil {
		return nil
	}
	if n := slices.Index(b.waiting, turn); n >= 0 {
		b.waiting = slices.Delete(b.waiting, n, n+1)
	} else {
		b.wake(1) // turn was closed, so wake another request instead
	}
	return context.Cause(ctx)
}

// wake makes the given number of waiting requests check again, starting with the first. The caller
// must hold b.mu.
func (b *breaker) wake(number int) {
	number = max(min(number, len(b.waiting)), 0)
	for _, turn := range b.waiting[:number] {
		close(turn)
	}
	b.waiting = b.waiting[number:]
}

// leave records that the attempt that enter admitted is complete.
func (b *breaker) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	b.wake(1)
}

// trip opens the breaker because req failed. It reports whether this failure confirms the failure
// of another request, in which case req must not be retried.
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
	b.wake(maxInFlight - b.inFlight)
}

// share makes all requests share o, the outcome of req, for a while. If it is not certain that o
// affects all of them, o is shared only if it confirms an earlier outcome. Otherwise, the next
// request becomes the trial that must confirm it.
//
// share does nothing if another request is the trial, because that request can still succeed. It
// also does nothing if there is no trial and a request has succeeded in the meantime: successes is
// the number that enter returned for req.
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

// abandon is called when req is complete. If req is still the trial, another request can become the
// trial.
func (b *breaker) abandon(req *request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trial == req {
		b.trial = nil
		b.wake(1)
	}
}
