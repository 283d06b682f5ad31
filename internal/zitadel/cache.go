package zitadel

import (
	"context"
	"sync"
)

// cache holds a value for each key, and produces one value for all callers that need it at the
// same time. An error is returned to all of these callers and is not cached. DESIGN.md
// explains why golang.org/x/sync/singleflight is not sufficient.
type cache[K comparable, V any] struct {
	mu      sync.Mutex
	begun   int64 // number of calls of produce so far
	entries map[K]entry[V]
	calls   map[K]*produceCall[V] // in progress
}

// entry is a cached value. Calls of produce are numbered from 1 in the order in which they
// begin, and number is that of the call that produced the value.
type entry[V any] struct {
	value  V
	number int64
}

// produceCall is a call of produce that is in progress.
type produceCall[V any] struct {
	done    chan struct{} // closed when entry and err are set
	entry   entry[V]
	err     error
	waiting int // number of callers
	cancel  context.CancelFunc
}

// last returns the number of the latest call of produce. A value with a higher number comes
// from a later call.
func (c *cache[K, V]) last() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun
}

// get returns the cached value for key if it is fresh. Otherwise, get waits for a call of
// produce: one that is already in progress, or its own. The value of a call that another
// caller began is returned only if it is fresh. The value of the caller's own call is always
// returned. A call of produce is canceled when no caller waits for it anymore, not when the
// caller that began it stops waiting. The error is that of produce, or the cause of ctx.
func (c *cache[K, V]) get(
	ctx context.Context, key K, fresh func(V, int64) bool, produce func(context.Context) (V, error),
) (value V, _ error) {
	for ctx.Err() == nil {
		cached, call, own := c.join(ctx, key, fresh, produce)
		if call == nil {
			return cached, nil
		}
		select {
		case <-call.done:
		case <-ctx.Done():
			c.leave(key, call)
			return value, context.Cause(ctx)
		}
		if own || call.err != nil || fresh(call.entry.value, call.entry.number) {
			return call.entry.value, call.err
		}
	}
	return value, context.Cause(ctx)
}

// join returns a cached value that is fresh, or else the call to wait for. own reports whether
// join began that call.
func (c *cache[K, V]) join(
	ctx context.Context, key K, fresh func(V, int64) bool, produce func(context.Context) (V, error),
) (value V, _ *produceCall[V], own bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[key]; ok && fresh(e.value, e.number) {
		return e.value, nil, false
	}
	if call, ok := c.calls[key]; ok {
		call.waiting++
		return value, call, false
	}
	if c.calls == nil {
		c.entries, c.calls = map[K]entry[V]{}, map[K]*produceCall[V]{}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.begun++
	call := &produceCall[V]{done: make(chan struct{}), entry: entry[V]{number: c.begun}, waiting: 1, cancel: cancel}
	c.calls[key] = call
	go func() {
		defer cancel()
		call.entry.value, call.err = produce(ctx)
		c.done(key, call)
	}()
	return value, call, true
}

// done caches the value of a completed call and wakes its callers. It does not cache a failure, or
// the value of a call that all callers have left.
func (c *cache[K, V]) done(key K, call *produceCall[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls[key] == call {
		delete(c.calls, key)
		if call.err == nil {
			c.entries[key] = call.entry
		}
	}
	close(call.done)
}

// leave removes a caller from a call. If no other caller is left, it cancels the call.
func (c *cache[K, V]) leave(key K, call *produceCall[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.waiting--; call.waiting > 0 {
		return
	}
	call.cancel()
	if c.calls[key] == call { // the next caller must not join a canceled call
		delete(c.calls, key)
	}
}
