package zitadel

import (
	"context"
	"sync"
)

// cache holds a value for each key. Callers pass a produce function to get, and callers that need
// the same value at the same time share one call of that function. An error is returned to all of
// these callers and is not cached. DESIGN.md explains why golang.org/x/sync/singleflight is not
// sufficient.
type cache[K comparable, V any] struct {
	mu      sync.Mutex
	begun   int64 // number of calls so far
	entries map[K]entry[V]
	calls   map[K]*produceCall[V] // in progress
}

// entry is a cached value. Calls are numbered from 1 in the order in which they begin; number is
// that of the call that produced the value.
type entry[V any] struct {
	value  V
	number int64
}

// produceCall is a call of a produce function.
type produceCall[V any] struct {
	done    chan struct{} // closed when entry and err are set
	entry   entry[V]
	err     error
	waiting int // number of callers that wait for the call
	cancel  context.CancelFunc
}

// last returns the number of the latest call. A value with a higher number comes from a later call.
func (c *cache[K, V]) last() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun
}

// get returns the cached value for key if fresh returns true for the value and its call number.
// Otherwise, get waits for a call of produce: either one that is already in progress, or one that
// get starts. The value of a call that another caller started is returned only if it is fresh, too;
// otherwise, get tries again. The value of a call that get started is always returned.
//
// A call is canceled when no caller waits for it anymore, not when the caller that started it stops
// waiting. The error is that of produce, or the cause of ctx.
func (c *cache[K, V]) get(
	ctx context.Context, key K, fresh func(V, int64) bool, produce func(context.Context) (V, error),
) (value V, _ error) {
	for ctx.Err() == nil {
		cached, call, started := c.join(ctx, key, fresh, produce)
		if call == nil {
			return cached, nil
		}
		select {
		case <-call.done:
		case <-ctx.Done():
			c.leave(key, call)
			return value, context.Cause(ctx)
		}
		if started || call.err != nil || fresh(call.entry.value, call.entry.number) {
			return call.entry.value, call.err
		}
	}
	return value, context.Cause(ctx)
}

// join returns a cached value that is fresh, or else the call to wait for. started reports whether
// join started that call.
func (c *cache[K, V]) join(
	ctx context.Context, key K, fresh func(V, int64) bool, produce func(context.Context) (V, error),
) (value V, _ *produceCall[V], started bool) {
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

// done caches the value of a completed call and wakes its callers. It caches neither a failure nor
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

// leave removes a caller from a call. If no caller is left, it cancels the call.
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
