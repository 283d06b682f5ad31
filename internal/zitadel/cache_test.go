package zitadel

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
)

var errCancelled = errors.New("the caller has enough")

func always(int, int64) bool { return true }

// maker counts how often it makes a value. It waits for release, if there is
// one, or for the end of its context.
type maker struct {
	mu      sync.Mutex
	made    int
	ended   int // by its context
	release chan struct{}
	err     error
}

func (m *maker) make(ctx context.Context) (int, error) {
	m.mu.Lock()
	m.made++
	number := m.made
	m.mu.Unlock()
	if m.release != nil {
		select {
		case <-m.release:
		case <-ctx.Done():
			m.mu.Lock()
			defer m.mu.Unlock()
			m.ended++
			return 0, ctx.Err()
		}
	}
	return number, m.err
}

func TestCacheKeeps(t *testing.T) {
	t.Parallel()
	var c cache[string, int]
	source := &maker{}
	for _, step := range []struct {
		key   string
		fresh func(int, int64) bool
		want  int
	}{
		{"a", always, 1},
		{"a", always, 1}, // kept
		{"b", always, 2}, // another key
		{"a", func(v int, _ int64) bool { return v > 1 }, 3}, // stale, so made anew
		{"a", always, 3}, // and the new one is kept
		{"a", func(int, int64) bool { return false }, 4}, // made for this call, so taken as it is
		{"b", always, 2}, // still there
	} {
		if got, err := c.get(t.Context(), step.key, step.fresh, source.make); err != nil || got != step.want {
			t.Errorf("%s: %d, %v, want %d", step.key, got, err, step.want)
		}
	}
}

func TestCacheForgetsFailures(t *testing.T) {
	t.Parallel()
	var c cache[string, int]
	source := &maker{err: errors.New("no")}
	for range 2 {
		if _, err := c.get(t.Context(), "a", always, source.make); !errors.Is(err, source.err) {
			t.Errorf("error %v", err)
		}
	}
	if source.made != 2 {
		t.Errorf("asked %d times, want 2: a failure was kept", source.made)
	}
	source.err = nil
	if got, err := c.get(t.Context(), "a", always, source.make); err != nil || got != 3 {
		t.Errorf("%d, %v", got, err)
	}
	// A failure to replace a value that was kept leaves it to those whom it suits.
	source.err = errors.New("no")
	if _, err := c.get(t.Context(), "a", func(int, int64) bool { return false }, source.make); err == nil {
		t.Error("no error")
	}
	if got, err := c.get(t.Context(), "a", always, source.make); err != nil || got != 3 {
		t.Errorf("%d, %v", got, err)
	}
}

// result is what one call of get gave.
type result struct {
	value int
	err   error
}

// ask calls get in the background.
func ask(ctx context.Context, c *cache[string, int], fresh func(int, int64) bool, source *maker) <-chan result {
	answer := make(chan result, 1)
	go func() {
		value, err := c.get(ctx, "a", fresh, source.make)
		answer <- result{value, err}
	}()
	return answer
}

func TestCacheJoiners(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &maker{release: make(chan struct{})}
		var answers []<-chan result
		for range 50 {
			answers = append(answers, ask(t.Context(), &c, always, source))
		}
		synctest.Wait()
		close(source.release)
		for _, answer := range answers {
			if got := <-answer; got != (result{1, nil}) {
				t.Errorf("%+v", got)
			}
		}
		if source.made != 1 {
			t.Errorf("made %d times", source.made)
		}
	})
}

func TestCacheJoinersShareFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &maker{release: make(chan struct{}), err: errors.New("no")}
		first := ask(t.Context(), &c, always, source)
		second := ask(t.Context(), &c, always, source)
		synctest.Wait()
		close(source.release)
		for _, answer := range []<-chan result{first, second} {
			if got := <-answer; !errors.Is(got.err, source.err) {
				t.Errorf("%+v", got)
			}
		}
		if source.made != 1 {
			t.Errorf("made %d times", source.made)
		}
	})
}

// One who joins is more demanding than the one for whom the value was made.
func TestCacheJoinerWantsFresher(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &maker{release: make(chan struct{})}
		easy := ask(t.Context(), &c, always, source)
		synctest.Wait()
		demanding := ask(t.Context(), &c, func(v int, _ int64) bool { return v > 1 }, source)
		synctest.Wait()
		close(source.release)
		if got := <-easy; got != (result{1, nil}) {
			t.Errorf("the first got %+v", got)
		}
		if got := <-demanding; got != (result{2, nil}) {
			t.Errorf("the second got %+v", got)
		}
	})
}

func TestCacheCanceledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &maker{release: make(chan struct{})}
		ctx, cancel := context.WithCancelCause(t.Context())
		first := ask(ctx, &c, always, source)
		synctest.Wait()
		second := ask(t.Context(), &c, always, source)
		synctest.Wait()
		// The one who began it leaves; the other still waits for it.
		cancel(errCancelled)
		if got := <-first; !errors.Is(got.err, errCancelled) {
			t.Errorf("the first got %+v", got)
		}
		synctest.Wait()
		close(source.release)
		if got := <-second; got != (result{1, nil}) {
			t.Errorf("the second got %+v", got)
		}
	})
}

// A caller whose context is done gets no value, and none is produced for it.
func TestCacheDoneCaller(t *testing.T) {
	t.Parallel()
	var c cache[string, int]
	source := &maker{}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCancelled)
	for _, kept := range []int{0, 1} {
		if got, err := c.get(ctx, "a", always, source.make); got != 0 || !errors.Is(err, errCancelled) {
			t.Errorf("%d, %v", got, err)
		}
		if source.made != kept {
			t.Errorf("made %d times, want %d", source.made, kept)
		}
		if _, err := c.get(t.Context(), "a", always, source.make); err != nil {
			t.Error(err)
		}
	}
}

// At its end synctest.Test fails if a goroutine is left.
func TestCacheAllCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cache[string, int]
		source := &maker{release: make(chan struct{})}
		ctx, cancel := context.WithCancelCause(t.Context())
		answers := []<-chan result{ask(ctx, &c, always, source), ask(ctx, &c, always, source)}
		synctest.Wait()
		cancel(errCancelled)
		for _, answer := range answers {
			if got := <-answer; !errors.Is(got.err, errCancelled) {
				t.Errorf("%+v", got)
			}
		}
		synctest.Wait()
		if source.made != 1 || source.ended != 1 {
			t.Errorf("made %d times, ended %d times; want 1 and 1", source.made, source.ended)
		}
		// Whoever comes now gets a value of their own, not the end of that one.
		close(source.release)
		if got := <-ask(t.Context(), &c, always, source); got != (result{2, nil}) {
			t.Errorf("later: %+v", got)
		}
		if len(c.calls) != 0 {
			t.Errorf("%d are still being made", len(c.calls))
		}
	})
}
