package provider

import (
	"context"
	"slices"
	"sync"
)

// run is the state of the CLI run that a process serves. The zero value is a run
// that is neither configured nor interrupted.
type run struct {
	mu          sync.Mutex
	interrupted chan struct{} // closed by interrupt; call interruption to read it
	sessions    []*session    // one for each call to ConfigureProvider
	validating  bool          // ValidateProviderConfig was called after the last ConfigureProvider
}

// interruption returns the channel that interrupt closes. The caller must hold mu.
func (r *run) interruption() chan struct{} {
	if r.interrupted == nil {
		r.interrupted = make(chan struct{})
	}
	return r.interrupted
}

// configure adds a session. If there is a session already, a new run begins. A process serves
// several runs only in a test or under a debugger.
func (r *run) configure(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sessions) > 0 {
		r.interrupted = nil
	}
	s.interrupted = r.interruption()
	r.sessions = append(r.sessions, s)
	r.validating = false
}

// validate records that the CLI validates a configuration. During plan and apply, it then configures the
// provider. During validate, it does not, although a process with an attached debugger may be configured.
func (r *run) validate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.validating = true
}

// isConfigured reports whether the provider is configured for the current run.
func (r *run) isConfigured() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.sessions) > 0 && !r.validating
}

// interrupt cancels the reads in progress and makes later reads fail. It does not revoke
// held tokens, because the CLI might still need them to create, change or destroy a resource.
func (r *run) interrupt() {
	r.mu.Lock()
	interrupted, sessions := r.interruption(), slices.Clone(r.sessions)
	select {
	case <-interrupted:
	default:
		close(interrupted)
	}
	r.mu.Unlock()
	for _, s := range sessions {
		if client := s.connected.Load(); client != nil {
			client.Interrupt()
		}
	}
}

// untilInterrupted returns a copy of ctx that is also canceled when the run is interrupted.
func (r *run) untilInterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	r.mu.Lock()
	interrupted := r.interruption()
	r.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	select {
	case <-interrupted:
		cancel()
		return ctx, cancel
	default:
	}
	go func() {
		select {
		case <-interrupted:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// isInterrupted reports whether the session's run was interrupted.
func (s *session) isInterrupted() bool {
	select {
	case <-s.interrupted:
		return true
	default:
		return false
	}
}
