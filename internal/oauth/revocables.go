package oauth

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// revocables are the revocable tokens of a client, and who holds them. The zero
// value is ready.
type revocables struct {
	once   sync.Once
	shared memo[revocableKey, *revocable]

	mu       sync.Mutex // guards all below, and holders and ended of each token
	alive    map[[sha256.Size]byte]*revocable
	failed   map[[sha256.Size]byte]error // revocations by stop
	flying   sync.WaitGroup              // requests for tokens under way
	stopped  bool
	stopping context.Context // bounds all revocations of an interrupted run
	abandon  context.Context // done when nobody waits for those any longer
	giveUp   context.CancelFunc
}

func (rs *revocables) init() {
	rs.once.Do(func() {
		rs.alive, rs.failed = map[[sha256.Size]byte]*revocable{}, map[[sha256.Size]byte]error{}
		rs.shared.finish = true                                          // or an interrupt would leave a token behind
		rs.abandon, rs.giveUp = context.WithCancel(context.Background()) //nolint:gosec // only an interrupt gives up
	})
}

// takeOff begins a request for a token, which landed ends.
func (rs *revocables) takeOff(ctx context.Context) (_ context.Context, landed func(), err error) {
	rs.init()
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.stopped {
		return nil, nil, context.Canceled
	}
	rs.flying.Add(1)
	ctx, cancel := context.WithCancel(ctx)
	forget := context.AfterFunc(rs.abandon, cancel)
	return ctx, func() { forget(); cancel(); rs.flying.Done() }, nil
}

// add makes a token known, unless the run was interrupted.
func (rs *revocables) add(r *revocable) bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if !rs.stopped {
		rs.alive[r.AccessToken.Fingerprint()] = r
	}
	return !rs.stopped
}

func (rs *revocables) hasEnded(r *revocable) bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return r.ended
}

// hold adds a holder, unless the token has ended meanwhile.
func (rs *revocables) hold(r *revocable) bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if !r.ended {
		r.holders++
	}
	return !r.ended
}

// release takes a holder away. It returns the token if that was the last one,
// and it is to be revoked: from then on nobody gets it. Of a token that was
// revoked by stop it returns, once, how that failed.
func (rs *revocables) release(token key.Secret) (*revocable, error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	id := token.Fingerprint()
	r := rs.alive[id]
	if r == nil {
		failure := rs.failed[id]
		delete(rs.failed, id)
		return nil, failure
	}
	if r.holders--; r.holders > 0 {
		return nil, nil
	}
	r.ended = true
	delete(rs.alive, id)
	return r, nil
}

// stop ends all tokens and returns them, to be revoked. Nobody gets one from
// then on: a request that is under way revokes what it is given, in the time that
// ctx leaves.
func (rs *revocables) stop(ctx context.Context) (all []*revocable) {
	rs.init()
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.stopped, rs.stopping = true, ctx
	for id, r := range rs.alive {
		all = append(all, r)
		r.ended = true
		delete(rs.alive, id)
	}
	return all
}

// wait returns when no request for a token is under way, or when ctx is done.
func (rs *revocables) wait(ctx context.Context) {
	landed := make(chan struct{})
	go func() {
		defer close(landed)
		rs.flying.Wait()
	}()
	select {
	case <-landed:
	case <-ctx.Done():
	}
}

// remember keeps how the revocation of a token failed, if it did.
func (rs *revocables) remember(r *revocable, failure error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if failure != nil {
		rs.failed[r.AccessToken.Fingerprint()] = failure
	}
}

// failures joins the revocations by stop that failed.
func (rs *revocables) failures() error {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	var all []error
	for _, failure := range rs.failed {
		all = append(all, failure)
	}
	return errors.Join(all...)
}
