package optest

import (
	"crypto/rsa"
	"slices"
	"sync"
	"time"
)

// state is the part of an instance that changes while it runs.
type state struct {
	mu            sync.Mutex
	inactive      map[string]bool                // by user ID
	grants        map[string]map[string][]string // role keys by user ID and project ID
	keys          map[string]registeredKey       // by key ID
	tokens        map[string]*token              // by token ID
	impersonators map[string]bool                // by user ID
}

// registeredKey is a key that its owner may sign assertions with.
type registeredKey struct {
	owner   string // a user ID or a client ID
	public  func() *rsa.PublicKey
	expires time.Time
}

// newState returns the state of a new instance that holds w.
func newState(w *World) *state {
	s := &state{
		inactive:      map[string]bool{},
		grants:        map[string]map[string][]string{},
		keys:          map[string]registeredKey{},
		tokens:        map[string]*token{},
		impersonators: map[string]bool{},
	}
	for _, u := range w.users {
		s.grants[u.ID] = map[string][]string{}
		for project, roles := range u.grants {
			s.grants[u.ID][project] = slices.Clone(roles)
		}
		for _, k := range u.keys {
			s.addKey(u.ID, k, farFuture())
		}
		if u.PAT != "" {
			s.tokens[u.patID] = newPAT(w, u)
		}
	}
	for _, a := range w.applications() {
		for _, k := range a.keys {
			s.addKey(a.ClientID, k, farFuture())
		}
	}
	return s
}

// addKey registers a key of a service user or an application.
func (s *state) addKey(owner string, k *key, expires time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[k.id] = registeredKey{
		owner:   owner,
		public:  func() *rsa.PublicKey { return &k.private().PublicKey },
		expires: expires,
	}
}

// deleteKey forgets a key.
func (s *state) deleteKey(keyID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, keyID)
}

// publicKey returns the key with this ID if it belongs to owner and has not
// expired at the time now.
func (s *state) publicKey(keyID, owner string, now time.Time) (*rsa.PublicKey, bool) {
	s.mu.Lock()
	k, ok := s.keys[keyID]
	s.mu.Unlock()
	if !ok || k.owner != owner || !now.Before(k.expires) {
		return nil, false
	}
	return k.public(), true
}

// deactivate ends the user's tokens and remembers that it may get no others.
func (s *state) deactivate(u *ServiceUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inactive[u.ID] = true
	for id, t := range s.tokens {
		// What becomes of personal access tokens was not recorded. They belong
		// to no session, so here they work again once the user is active.
		if t.user == u && !t.pat {
			delete(s.tokens, id)
		}
	}
}

func (s *state) reactivate(u *ServiceUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.inactive, u.ID)
}

// active says whether the user may get tokens.
func (s *state) active(u *ServiceUser) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.inactive[u.ID]
}

// grant replaces the user's roles in a project.
func (s *state) grant(u *ServiceUser, p *Project, roles []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(roles) == 0 {
		delete(s.grants[u.ID], p.ID)
		return
	}
	s.grants[u.ID][p.ID] = slices.Clone(roles)
}

// roles returns the roles the user is granted in a project, none without a
// grant.
func (s *state) roles(u *ServiceUser, projectID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.grants[u.ID][projectID])
}

// makeImpersonator lets the user act for others.
func (s *state) makeImpersonator(u *ServiceUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.impersonators[u.ID] = true
}

// impersonator says whether the user may act for others.
func (s *state) impersonator(u *ServiceUser) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.impersonators[u.ID]
}

// addToken remembers an issued token.
func (s *state) addToken(t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[t.id] = t
}

// token returns a token that is still valid at the time now.
func (s *state) token(id string, now time.Time) (*token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens[id]
	if !ok || s.inactive[t.user.ID] || !now.Before(t.expires) {
		return nil, false
	}
	return t, true
}

// revoke ends a token.
func (s *state) revoke(t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, t.id)
}
