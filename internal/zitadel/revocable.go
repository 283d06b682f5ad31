package zitadel

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// revocableState is the state of a revocable token. For a diagram of the transitions, see "The life
// of a revocable token" in DESIGN.md.
type revocableState int

const (
	requested revocableState = iota // the token request is in progress
	held                            // callers hold the token
	revoking                        // the revocation is in progress
	revoked
	failed // the token request or the revocation failed
)

// revocable is a revocable token. revocables.mu guards the fields from state on. However, token and
// limit do not change once the state is revoking, so they can then be read without the lock.
type revocable struct {
	key     revocableKey
	revoker Credentials
	ready   chan struct{} // closed when the request is complete, or by interrupt
	done    chan struct{} // closed when the state is revoked or failed

	state   revocableState
	holders int           // the number of callers that wait for the token or hold it
	token   *Token        // nil until it arrives
	limit   time.Duration // time limit for the revocation
	problem error         // why the token cannot be used
	err     error         // why the state is failed
}

// revocableKey identifies a token. Requests with the same key share the token.
type revocableKey struct {
	tokenKey
	revoker [sha256.Size]byte
}

// revocables contains all revocable tokens of a client. The zero value is ready to use.
//
// A method that returns a token to revoke has already set its state to revoking, so no other call
// returns that token. The caller must call finish after the revocation.
type revocables struct {
	mu          sync.Mutex
	interrupted bool
	tokens      []*revocable  // except revoked tokens and failed requests; the newest is last
	since       time.Time     // the start of the revocations in progress or the interrupt, whichever is later
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

// join adds a holder to the newest token for id that is either requested, or held and usable. If
// there is none, join adds a token and reports that the caller must request it. join fails after an
// interrupt.
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

// await waits for the token of r. It fails if the request fails, after an interrupt, or when ctx is
// done.
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
	return r.token, r.problem
}

// arrive completes the request of r with a token, an error, or both. If no holder waits for the
// token, for example after an interrupt, or if the token cannot be used because of the error,
// arrive returns r as the token to revoke.
func (s *revocables) arrive(r *revocable, token *Token, err error, now time.Time) *revocable {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.interrupted {
		close(r.ready)
	}
	r.problem = err
	if token == nil || err != nil && s.find(token.AccessToken) != nil { // a token that is held stays valid
		s.end(r, failed, err)
		return nil
	}
	r.token = token
	if err != nil {
		return s.take(r, now)
	}
	if same := s.find(token.AccessToken); same != nil { // the server issued the same token twice
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

// release removes a holder of a token. If that was the last holder, release returns the token
// to revoke.
func (s *revocables) release(token key.Secret, now time.Time) *revocable {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.removeHolder(token, now)
}

// leave removes a holder that was waiting for the token of r. If the token has arrived and that was
// the last holder, leave returns the token to revoke.
func (s *revocables) leave(r *revocable, now time.Time) *revocable {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.token == nil {
		r.holders--
		return nil
	}
	return s.removeHolder(r.token.AccessToken, now)
}

// removeHolder implements release and leave. The caller must hold mu.
func (s *revocables) removeHolder(token key.Secret, now time.Time) *revocable {
	if r := s.find(token); r != nil {
		if r.holders--; r.holders == 0 {
			return s.take(r, now)
		}
	}
	return nil
}

// takeHeld returns all held tokens, which the caller must revoke within limit because the process
// is about to exit. The second result contains these tokens as well as those that are requested,
// those that are being revoked, and those whose revocation failed.
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

// take sets the state of r to revoking and sets its limit. The caller must hold mu.
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

// wait waits until r is revoked or failed, or until ctx is done. If the token was not revoked, wait
// returns the reason.
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

// find returns the held token with this access token, or nil. The caller must hold mu.
func (s *revocables) find(token key.Secret) *revocable {
	for _, r := range s.tokens {
		if r.state == held && r.token.AccessToken.Reveal() == token.Reveal() {
			return r
		}
	}
	return nil
}

// end sets the final state of r and removes r from the tokens. The caller must hold mu.
func (s *revocables) end(r *revocable, state revocableState, err error) {
	r.state, r.err = state, err
	s.tokens = slices.DeleteFunc(s.tokens, func(other *revocable) bool { return other == r })
	close(r.done)
}
