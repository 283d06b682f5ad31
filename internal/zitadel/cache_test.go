package zitadel

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
)

var errCanceled = errors.New("the caller was canceled")

func always(int, int64) bool { return true }

// producer counts the values that it produces. If release is not nil, each call of produce blocks
// until release is closed or the call's context is done.
type producer struct {
	mu       sync.Mutex
	produced int
	canceled int // number of calls that returned because their context was done
	release  chan struct{}
	err      error
}

func (p *producer) produce(ctx context.Context) (int, error) {
	p.mu.Lock()
	p.produced++
	number := p.produced
	p.mu.Unlock()
	if p.release != nil {
		select {
		case <-p.release:
		case <-ctx.Done():
			p.mu.Lock()
			defer p.mu.Unlock()
			p.canceled++
			return 0, ctx.Err()
		}
	}
	return number, p.err
}

func TestCache(t *testing.T) {
	t.Parallel()
	var c cache[string, int]
	source := &producer{}
	for _, step := range []struct {
		key   string
		fresh func(int, int64) bool
		want  int
	}{
		{"a", always, 1},
		{"a", always, 1}, // cached
		{"b", always, 2}, // a different key
		{"a", func(v int, _ int64) bool { return v > 1 }, 3}, // stale, so produced again
		{"a", always, 3}, // the new value is cached
		{"a", func(int, int64) bool { return false }, 4}, // not fresh, but produced by this call
		{"b", always, 2}, // still cached
	} {
		if got, err := c.get(t.Context(), step.key, step.fresh, source.produce); err != nil || got != step.want {
			t.Errorf("%s: got %d and error %v, want %d", step.key, got, err, step.want)
		}
	}
}

func TestCacheDoesNotCacheFailures(t *testing.T) {
	t.Parallel()
	var c cache[string, int]
	source := &producer{err: errors.New("unavailable")}
	for range 2 {
		if _, err := c.get(t.Context(), "a", always, source.produce); !errors.Is(err, source.err) {
			t.Errorf("got error %v, want %v", err, source.err)
		}
	}
	if source.produced != 2 {
		t.Errorf("produced %d times, want 2", source.produced)
	}
	source.err = nil
	if got, err := c.get(t.Context(), "a", always, source.produce); err != nil || got != 3 {
		t.Errorf("got %d and error %v, want 3", got, err)
	}
	// If a cached value cannot be replaced, callers that consider it fresh still get it.
	source.err = errors.New("unavailable")
	if _, err := c.get(t.Context(), "a", func(int, int64) bool { return false }, source.produce); err == nil {
		t.Error("a failed call returned no error")
	}
	if got, err := c.get(t.Context(), "a", always, source.produce); err != nil || got != 3 {
		t.Errorf("got %d and error %v, want 3", got, err)
	}
}

// result contains the values that a call of get returned.
type result struct {
	value int
	err   error
}

// start calls c.get in a goroutine and returns a channel that receives the result.
func start(ctx context.Context, c *cache[string, int], fresh func(int, int64) bool, source *producer) <-chan result {
	results := make(chan result, 1)
	go func() {
		value, err := c.get(ctx, "a", fresh, source.produce)
		results <- result{value, err}
	}()
	return results
}

func TestCacheSharesCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &producer{release: make(chan struct{})}
		var results []<-chan result
		for range 50 {
			results = append(results, start(t.Context(), &c, always, source))
		}
		synctest.Wait()
		close(source.release)
		for _, each := range results {
			if got := <-each; got != (result{1, nil}) {
				t.Errorf("a caller got %+v, want 1", got)
			}
		}
		if source.produced != 1 {
			t.Errorf("produced %d times, want 1", source.produced)
		}
	})
}

func TestCacheSharesFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &producer{release: make(chan struct{}), err: errors.New("unavailable")}
		first := start(t.Context(), &c, always, source)
		second := start(t.Context(), &c, always, source)
		synctest.Wait()
		close(source.release)
		for _, each := range []<-chan result{first, second} {
			if got := <-each; !errors.Is(got.err, source.err) {
				t.Errorf("a caller got %+v, want error %v", got, source.err)
			}
		}
		if source.produced != 1 {
			t.Errorf("produced %d times, want 1", source.produced)
		}
	})
}

// TestCacheFresherValue checks that a caller that joins a call in progress makes its own call if
// the resulting value is not fresh enough.
func TestCacheFresherValue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &producer{release: make(chan struct{})}
		first := start(t.Context(), &c, always, source)
		synctest.Wait()
		second := start(t.Context(), &c, func(v int, _ int64) bool { return v > 1 }, source)
		synctest.Wait()
		close(source.release)
		if got := <-first; got != (result{1, nil}) {
			t.Errorf("the first caller got %+v, want 1", got)
		}
		if got := <-second; got != (result{2, nil}) {
			t.Errorf("the second caller got %+v, want 2", got)
		}
	})
}

func TestCacheCanceledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &producer{release: make(chan struct{})}
		ctx, cancel := context.WithCancelCause(t.Context())
		first := start(ctx, &c, always, source)
		synctest.Wait()
		second := start(t.Context(), &c, always, source)
		synctest.Wait()
		// Cancel the caller that began the call while the second caller is still waiting.
		cancel(errCanceled)
		if got := <-first; !errors.Is(got.err, errCanceled) {
			t.Errorf("the first caller got %+v, want error %v", got, errCanceled)
		}
		synctest.Wait()
		close(source.release)
		if got := <-second; got != (result{1, nil}) {
			t.Errorf("the second caller got %+v, want 1", got)
		}
	})
}

// TestCacheContextDone checks that a caller whose context is done gets neither a cached value nor
// a new one.
func TestCacheContextDone(t *testing.T) {
	t.Parallel()
	var c cache[string, int]
	source := &producer{}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCanceled)
	for _, produced := range []int{0, 1} {
		if got, err := c.get(ctx, "a", always, source.produce); got != 0 || !errors.Is(err, errCanceled) {
			t.Errorf("got %d and error %v, want error %v", got, err, errCanceled)
		}
		if source.produced != produced {
			t.Errorf("produced %d times, want %d", source.produced, produced)
		}
		if _, err := c.get(t.Context(), "a", always, source.produce); err != nil {
			t.Error(err)
		}
	}
}

// TestCacheAllCanceled checks that a call is canceled when its last caller is canceled.
// synctest.Test fails if the call's goroutine is still running.
func TestCacheAllCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &producer{release: make(chan struct{})}
		ctx, cancel := context.WithCancelCause(t.Context())
		results := []<-chan result{start(ctx, &c, always, source), start(ctx, &c, always, source)}
		synctest.Wait()
		cancel(errCanceled)
		for _, each := range results {
			if got := <-each; !errors.Is(got.err, errCanceled) {
				t.Errorf("a caller got %+v, want error %v", got, errCanceled)
			}
		}
		synctest.Wait()
		if source.produced != 1 || source.canceled != 1 {
			t.Errorf("%d calls were made and %d were canceled, want 1 and 1", source.produced, source.canceled)
		}
		// The next caller does not share the canceled call.
		close(source.release)
		if got := <-start(t.Context(), &c, always, source); got != (result{2, nil}) {
			t.Errorf("the next caller got %+v, want 2", got)
		}
		if len(c.calls) != 0 {
			t.Errorf("%d calls are in progress, want none", len(c.calls))
		}
	})
}
