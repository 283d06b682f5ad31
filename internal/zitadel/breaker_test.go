package zitadel

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// enter calls b.enter for req with a timeout of one millisecond. It reports whether b admitted
// req, and returns the outcome that req shares, or nil.
func enter(t *testing.T, b *breaker, req *request) (entered bool, shared *outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	shared, _, err := b.enter(ctx, req, time.Now)
	return err == nil && shared == nil, shared
}

// TestBreaker checks which requests pass, wait or share an outcome in each state of a breaker.
func TestBreaker(t *testing.T) {
	t.Parallel()
	failure := &outcome{failure: &Error{Problem: fault.New("connection-refused")}}
	for name, c := range map[string]struct {
		prepare func(b *breaker, trial *request)
		trial   bool // whether the trial request passes
		other   bool // whether a different request passes
		shares  bool // whether that request shares the outcome of the trial
	}{
		"closed":                 {func(*breaker, *request) {}, true, true, false},
		"a trial is in progress": {func(b *breaker, req *request) { b.trip(req, time.Now()) }, true, false, false},
		"the trial succeeded": {func(b *breaker, req *request) {
			b.trip(req, time.Now())
			b.reset()
		}, true, true, false},
		"the trial gave up": {func(b *breaker, req *request) {
			b.trip(req, time.Now())
			b.share(req, failure, 0, time.Now(), true)
		}, false, false, true},
		"the outcome has expired": {func(b *breaker, req *request) {
			b.trip(req, time.Now())
			b.share(req, failure, 0, time.Now(), true)
			time.Sleep(sharedFor)
		}, true, false, false},
		"the trial was canceled": {func(b *breaker, req *request) {
			b.trip(req, time.Now())
			b.abandon(req)
		}, true, false, false},
		"a different request gave up": {func(b *breaker, req *request) {
			b.trip(req, time.Now())
			b.share(&request{}, failure, 0, time.Now(), true)
		}, true, false, false},
		"a different request succeeded": {func(b *breaker, req *request) {
			b.reset()
			b.share(req, failure, 0, time.Now(), true)
		}, true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b breaker
				trial, other := &request{}, &request{}
				c.prepare(&b, trial)
				if entered, _ := enter(t, &b, trial); entered != c.trial {
					t.Errorf("the trial passes: %t, want %t", entered, c.trial)
				}
				if entered, shared := enter(t, &b, other); entered != c.other || (shared != nil) != c.shares {
					t.Errorf("a different request passes: %t, want %t; it shares an outcome: %t, want %t",
						entered, c.other, shared != nil, c.shares)
				}
			})
		})
	}
}

// TestBreakerConfirmsFailure checks that a failure that might be specific to one request is not
// shared until a second request confirms it.
func TestBreakerConfirmsFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		first, second, third := &request{}, &request{}, &request{}
		failure := &outcome{failure: &Error{Problem: fault.New("connection-refused")}}
		if b.trip(first, time.Now()) {
			t.Error("the first failure was treated as a confirmation")
		}
		b.share(first, failure, 0, time.Now(), false)
		if entered, _ := enter(t, &b, second); !entered {
			t.Error("the second request was not admitted")
		}
		if entered, shared := enter(t, &b, third); entered || shared != nil {
			t.Error("the third request did not wait")
		}
		if !b.trip(second, time.Now()) {
			t.Error("the second failure did not confirm the first")
		}
		b.share(second, failure, 0, time.Now(), false)
		if _, shared := enter(t, &b, third); shared == nil {
			t.Error("the third request did not share the failure")
		}
		time.Sleep(sharedFor)
		if enter(t, &b, third); b.trip(third, time.Now()) {
			t.Error("an expired failure was confirmed")
		}
	})
}

// TestBreakerBoundsRequestsInFlight checks that a breaker admits only a few requests at a time, both
// initially and after an outage, and that each success raises this limit by one.
func TestBreakerBoundsRequestsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		// fill enters requests until one has to wait, and returns how many were admitted.
		fill := func() (n int) {
			for n < 2*maxInFlight {
				if entered, _ := enter(t, &b, &request{}); !entered {
					return n
				}
				n++
			}
			return n
		}
		if n := fill(); n != firstInFlight {
			t.Errorf("%d requests were admitted initially, want %d", n, firstInFlight)
		}
		for range 5 {
			b.leave()
			b.reset()
		}
		if n := fill(); n != 10 { // five requests have left, and five successes have raised the limit by five
			t.Errorf("%d requests were admitted after five successes, want 10", n)
		}
		for range 2 * maxInFlight {
			b.reset()
		}
		if fill(); b.inFlight != maxInFlight {
			t.Errorf("%d requests are in flight, want %d", b.inFlight, maxInFlight)
		}
		for range maxInFlight {
			b.leave()
		}
		b.trip(&request{}, time.Now())
		b.reset()
		if n := fill(); n != firstInFlight+1 {
			t.Errorf("%d requests were admitted after an outage, want %d", n, firstInFlight+1)
		}
	})
}

// TestBreakerAdmitsAllRequests checks that waiting requests are admitted as others leave, and
// that a canceled request does not use up a place.
func TestBreakerAdmitsAllRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		var group sync.WaitGroup
		canceled, cancel := context.WithCancelCause(t.Context())
		left := errors.New("the caller has left")
		for n := range 1000 {
			ctx := t.Context()
			if n%3 == 0 {
				ctx = canceled
			}
			group.Go(func() {
				shared, _, err := b.enter(ctx, &request{}, time.Now)
				if err != nil || shared != nil {
					if ctx != canceled || !errors.Is(err, left) {
						t.Errorf("enter returned outcome %v and error %v", shared, err)
					}
					return
				}
				time.Sleep(time.Second)
				b.leave()
			})
		}
		synctest.Wait()
		cancel(left)
		group.Wait()
		if len(b.waiting) > 0 || b.inFlight != 0 {
			t.Errorf("%d requests are waiting and %d are in flight, want none", len(b.waiting), b.inFlight)
		}
	})
}

// TestBreakerAfterCanceledRequest checks that the next waiting request is admitted if the first
// one is woken and canceled at the same time.
func TestBreakerAfterCanceledRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		for range firstInFlight {
			enter(t, &b, &request{})
		}
		canceled, cancel := context.WithCancel(t.Context())
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		var group sync.WaitGroup
		group.Go(func() {
			if _, _, err := b.enter(canceled, &request{}, time.Now); !errors.Is(err, context.Canceled) {
				t.Errorf("the canceled request got error %v, want %v", err, context.Canceled)
			}
		})
		synctest.Wait()
		group.Go(func() {
			if _, _, err := b.enter(ctx, &request{}, time.Now); err != nil {
				t.Errorf("the next request got error %v, want none", err)
			}
		})
		synctest.Wait()
		b.mu.Lock()
		cancel() // the first request resumes and waits for the lock
		b.inFlight--
		b.wake(1) // wakes the first request
		b.mu.Unlock()
		group.Wait()
	})
}

// TestBudget checks that the budget is ten times maxRetries, plus one retry for each request that
// can be in flight, and that each success refunds one retry.
func TestBudget(t *testing.T) {
	t.Parallel()
	var b budget
	spent := 0
	for b.spend(3) {
		spent++
	}
	if spent != 30+maxInFlight {
		t.Errorf("%d retries, want %d", spent, 30+maxInFlight)
	}
	if b.refund(); !b.spend(3) || b.spend(3) {
		t.Error("a success did not refund one retry")
	}
}
