package provider

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// shutDown revokes the tokens that are still held, within shutdownTimeout.
func (p *zitadelProvider) shutDown() error {
	return p.run.end(context.Background(), shutdownTimeout)
}

// shutdownTimeout is slightly shorter than the time that the CLI gives a process to exit before
// killing it.
const shutdownTimeout = 1500 * time.Millisecond

// end interrupts the run and revokes the tokens that are still held, within limit. The
// tokens of a failed run are still held, because the CLI does not close its ephemeral
// resources.
func (r *run) end(ctx context.Context, limit time.Duration) error {
	r.interrupt()
	r.mu.Lock()
	sessions := slices.Clone(r.sessions)
	r.mu.Unlock()
	failures := make([]error, len(sessions))
	var group sync.WaitGroup
	for n, s := range sessions {
		if client := s.connected.Load(); client != nil {
			group.Go(func() { failures[n] = client.RevokeHeld(logging(ctx), limit) })
		}
	}
	group.Wait()
	return errors.Join(failures...)
}
