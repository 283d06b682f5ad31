package oauth

import (
	"context"
	"sync"
)

// memo keeps a value for each key and makes one value for all that ask for it
// at once. A failure is given to all that wait for it, and not kept.
type memo[K comparable, V any] struct {
	mu      sync.Mutex
	kept    map[K]V
	flights map[K]*flight[V]
}

// flight is the making of one value.
type flight[V any] struct {
	done    chan struct{} // closed when value and err are set
	value   V
	err     error
	waiting int
	cancel  context.CancelFunc
}

// get returns the value kept for key if it is fresh, and makes one otherwise.
// What others were making is taken only if it is fresh; what was made for this
// call is taken as it is. The making ends when nobody waits for it any more,
// not when the one who began it stops waiting. If ctx is done, get makes nothing.
func (m *memo[K, V]) get(ctx context.Context, key K, fresh func(V) bool, produce func(context.Context) (V, error)) (V, error) {
	for ctx.Err() == nil {
		value, f, mine := m.join(ctx, key, fresh, produce)
		if f == nil {
			return value, nil
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			m.leave(key, f)
			var none V
			return none, context.Cause(ctx)
		}
		if mine || f.err != nil || fresh(f.value) {
			return f.value, f.err
		}
	}
	var none V
	return none, context.Cause(ctx)
}

// join returns a kept value, or the flight to wait for and whether this call
// began it.
func (m *memo[K, V]) join(ctx context.Context, key K, fresh func(V) bool, produce func(context.Context) (V, error)) (value V, f *flight[V], mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if value, ok := m.kept[key]; ok && fresh(value) {
		return value, nil, false
	}
	if f, ok := m.flights[key]; ok {
		f.waiting++
		return value, f, false
	}
	detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f = &flight[V]{done: make(chan struct{}), waiting: 1, cancel: cancel}
	if m.flights == nil {
		m.flights, m.kept = map[K]*flight[V]{}, map[K]V{}
	}
	m.flights[key] = f
	go func() {
		defer cancel()
		f.value, f.err = produce(detached)
		m.land(key, f)
	}()
	return value, f, true
}

func (m *memo[K, V]) land(key K, f *flight[V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.flights[key] == f {
		delete(m.flights, key)
		if f.err == nil {
			m.kept[key] = f.value
		}
	}
	close(f.done)
}

func (m *memo[K, V]) leave(key K, f *flight[V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f.waiting--
	if f.waiting > 0 {
		return
	}
	f.cancel()
	// Whoever asks from now on must not wait for a flight that was called off.
	if m.flights[key] == f {
		delete(m.flights, key)
	}
}
