package zitadel

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// revocableState is a state in the life of a revocable token. DESIGN.md draws
// the transitions in "The life of a revocable token".
type revocableState int

const (
	requested revocableState = iota // the token request is in progress
	held                            // callers hold the token
	revoking                        // the revocation is in progress
	revoked
	failed // the token request or the revocation failed
)

// revocable is a revocable token. revocables.mu guards its fields from state on, but
// token and limit no longer change in the state revoking.
type revocable struct {
	key     revocableKey
	revoker Credentials
	ready   chan struct{} // closed when the request is complete, or by interrupt
	done    chan struct{} // closed when the state is revoked or failed

	state   revocableState
	holders int           // the number of callers that wait for the token or hold it
	token   *Token        // nil until it arrives
	limit   time.Duration // how long the revocation may take
	err     error         // why the state is failed
}

// revocableKey is equal for requests that share a token.
type revocableKey struct {
	tokenKey
	revoker [sha256.Size]byte
}

// revocables is the state of all revocable tokens of a client. The zero value is
// ready to use.
//
// A method that returns a token to revoke has set its state to revoking, so that
// no other call returns it. The caller must call finish after the revocation.
type revocables struct {
	mu          sync.Mutex
	interrupted bool
	tokens      []*revocable  // all but revoked ones and failed requests, the newest last
	since       time.Time     // when the first of the revocations in progress began
	spent       time.Duration // how long revocations have taken since the interrupt
}

// interrupt makes join and await fail from now on. It revokes nothing.
func (s *revocables) interrupt(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.interrupted {
		return
	}
	s.interrupted, s.since = true, now
	for _, r := range s.tokens {
		if r.state == requested {
			close(r.ready)
		}
	}
}

// join adds a holder to a token for id that is requested, or held and usable. If
// there is none, it adds a token and reports that the caller must request it. It
// fails after an interrupt.
func (s *revocables) join(
	id revocableKey, revoker Credentials, usable func(*Token) bool,
) (_ *revocable, isNew bool, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.interrupted {
		return nil, false, context.Canceled
	}
	for _, r := range slices.Backward(s.tokens) {
		if r.key == id && (r.state == requested || r.state == held && usable(r.token)) {
			r.holders++
			return r, false, nil
		}
	}
	r := &revocable{key: id, revoker: revoker, holders: 1, ready: make(chan struct{}), done: make(chan struct{})}
	s.tokens = append(s.tokens, r)
	return r, true, nil
}

// await waits until r arrives. It fails if the request of r failed, after an
// interrupt, and when ctx is done.
func (s *revocables) await(ctx context.Context, r *revocable) (*Token, error) {
	select {
	case <-r.ready:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case s.interrupted:
		return nil, context.Canceled
	}
	return r.token, r.err
}

// arrive completes the request of r with a token or an error. It returns the
// token to revoke if no holder waits for it, as after an interrupt.
func (s *revocables) arrive(r *revocable, token *Token, err error, now time.Time) *revocable {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.interrupted {
		close(r.ready)
	}
	if err != nil {
		s.end(r, failed, err)
		return nil
	}
	r.token = token
	if same := s.find(token.AccessToken); same != nil { // the server issued one token twice
		same.holders += r.holders
		s.end(r, held, nil)
		return nil
	}
	r.state = held
	if r.holders == 0 {
		return s.take(r, now)
	}
	return nil
}

// release removes a holder of a token. It returns the token to revoke if that was the
// last holder.
func (s *revocables) release(token key.Secret, now time.Time) *revocable {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.removeHolder(token, now)
}

// leave removes a holder that waited for a token. It returns the token to revoke if it
// has arrived and that was the last holder.
func (s *revocables) leave(r *revocable, now time.Time) *revocable {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.token == nil {
		r.holders--
		return nil
	}
	return s.removeHolder(r.token.AccessToken, now)
}

// removeHolder implements release. The caller must hold mu.
func (s *revocables) removeHolder(token key.Secret, now time.Time) *revocable {
	if r := s.find(token); r != nil {
		if r.holders--; r.holders == 0 {
			return s.take(r, now)
		}
	}
	return nil
}

// takeHeld returns the tokens to revoke within limit when the process exits: all that
// are held. It also returns all tokens that are not done yet or have failed.
func (s *revocables) takeHeld(now time.Time, limit time.Duration) (revoke, all []*revocable) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.tokens {
		if r.state == held {
			revoke = append(revoke, s.take(r, now))
			r.limit = min(r.limit, limit)
		}
	}
	return revoke, slices.Clone(s.tokens)
}

// take sets the state of r to revoking. The caller must hold mu.
func (s *revocables) take(r *revocable, now time.Time) *revocable {
	if !s.isRevoking() {
		s.since = now
	}
	r.state, r.limit = revoking, maxRevocation
	if s.interrupted {
		r.limit -= s.spent + now.Sub(s.since)
	}
	return r
}

// finish completes a revocation. err is nil if it succeeded.
func (s *revocables) finish(r *revocable, err error, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		r.state, r.err = failed, err
		close(r.done)
	} else {
		s.end(r, revoked, nil)
	}
	if s.interrupted && !s.isRevoking() {
		s.spent += now.Sub(s.since)
	}
}

// wait waits until r is revoked or failed, or until ctx is done. It returns why
// the token was not revoked.
func (s *revocables) wait(ctx context.Context, r *revocable) error {
	select {
	case <-r.done:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.state == requested || r.state == revoking:
		return context.Cause(ctx)
	case r.token == nil: // the request failed, so there is nothing to revoke
		return nil
	}
	return r.err
}

// isRevoking reports whether a revocation is in progress. The caller must hold mu.
func (s *revocables) isRevoking() bool {
	return slices.ContainsFunc(s.tokens, func(r *revocable) bool { return r.state == revoking })
}

// find returns the token if it is held, else nil. The caller must hold mu.
func (s *revocables) find(token key.Secret) *revocable {
	for _, r := range s.tokens {
		if r.state == held && r.token.AccessToken.Reveal() == token.Reveal() {
			return r
		}
	}
	return nil
}

// end removes r, whose state no longer changes. The caller must hold mu.
func (s *revocables) end(r *revocable, state revocableState, err error) {
	r.state, r.err = state, err
	s.tokens = slices.DeleteFunc(s.tokens, func(other *revocable) bool { return other == r })
	close(r.done)
}
