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

// enter tries for a millisecond to enter b with req. It returns whether req may be sent, or
// the outcome that it shares.
func enter(t *testing.T, b *breaker, req *request) (entered bool, shared *outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	shared, _, err := b.enter(ctx, req, time.Now)
	return err == nil && shared == nil, shared
}

// The states of a breaker: which requests pass, wait or share an outcome.
func TestBreaker(t *testing.T) {
	t.Parallel()
	failure := &outcome{failure: &Error{Problem: fault.New("connection-refused")}}
	for name, c := range map[string]struct {
		prepare func(b *breaker, trial *request)
		trial   bool // the request of prepare passes
		other   bool // another one passes
		shares  bool // another one shares the outcome
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
		"another request gave up": {func(b *breaker, req *request) {
			b.trip(req, time.Now())
			b.share(&request{}, failure, 0, time.Now(), true)
		}, true, false, false},
		"another request succeeded meanwhile": {func(b *breaker, req *request) {
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
					t.Errorf("the trial passes: %t", entered)
				}
				if entered, shared := enter(t, &b, other); entered != c.other || (shared != nil) != c.shares {
					t.Errorf("another request passes: %t, shares %v", entered, shared)
				}
			})
		})
	}
}

// A failure that may be due to one request is shared when another one confirms it.
func TestBreakerConfirmsFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		first, second, third := &request{}, &request{}, &request{}
		failure := &outcome{failure: &Error{Problem: fault.New("connection-refused")}}
		if b.trip(first, time.Now()) {
			t.Error("the first failure confirms another one")
		}
		b.share(first, failure, 0, time.Now(), false)
		if entered, _ := enter(t, &b, second); !entered {
			t.Error("the second request is not sent")
		}
		if entered, shared := enter(t, &b, third); entered || shared != nil {
			t.Error("the third request does not wait")
		}
		if !b.trip(second, time.Now()) {
			t.Error("the second failure does not confirm the first one")
		}
		b.share(second, failure, 0, time.Now(), false)
		if _, shared := enter(t, &b, third); shared == nil {
			t.Error("the third request does not share the failure")
		}
		time.Sleep(sharedFor)
		if enter(t, &b, third); b.trip(third, time.Now()) {
			t.Error("an old failure is confirmed")
		}
	})
}

// A breaker lets few requests through at first and after an outage, and more with each
// success.
func TestBreakerBoundsRequestsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		in := func() (n int) {
			for n < 2*maxInFlight {
				if entered, _ := enter(t, &b, &request{}); !entered {
					return n
				}
				n++
			}
			return n
		}
		if n := in(); n != firstInFlight {
			t.Errorf("%d requests at first", n)
		}
		for range 5 {
			b.leave()
			b.reset()
		}
		if n := in(); n != 10 { // five have left, and five successes raised the limit by five
			t.Errorf("%d requests after five successes", n)
		}
		for range 2 * maxInFlight {
			b.reset()
		}
		if in(); b.inFlight != maxInFlight {
			t.Errorf("%d requests in flight at most", b.inFlight)
		}
		for range maxInFlight {
			b.leave()
		}
		b.trip(&request{}, time.Now())
		b.reset()
		if n := in(); n != firstInFlight+1 {
			t.Errorf("%d requests after an outage", n)
		}
	})
}

// Waiting requests are admitted as others leave, and a canceled one does not take the
// place of another.
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
						t.Errorf("%v, %v", shared, err)
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
			t.Errorf("%d wait, %d in flight", len(b.waiting), b.inFlight)
		}
	})
}

// A request that is canceled when its turn comes leaves its turn to the next one.
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
				t.Errorf("the canceled request: %v", err)
			}
		})
		synctest.Wait()
		group.Go(func() {
			if _, _, err := b.enter(ctx, &request{}, time.Now); err != nil {
				t.Errorf("the next request: %v", err)
			}
		})
		synctest.Wait()
		b.mu.Lock()
		cancel() // the first request resumes, and waits for the lock
		b.inFlight--
		b.wake(1) // its turn
		b.mu.Unlock()
		group.Wait()
	})
}

// The budget is ten times maxRetries, plus one retry for each request that can be in
// flight. Each success refunds one retry.
func TestBudget(t *testing.T) {
	t.Parallel()
	var b budget
	spent := 0
	for b.spend(3) {
		spent++
	}
	if spent != 30+maxInFlight {
		t.Errorf("%d retries", spent)
	}
	if b.refund(); !b.spend(3) || b.spend(3) {
		t.Error("a success did not refund one retry")
	}
}
