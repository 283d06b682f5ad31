package optest

import (
	"crypto/rsa"
	"slices"
	"strings"
	"sync"
	"time"
)

// state is the mutable part of an instance.
type state struct {
	mu            sync.Mutex
	inactive      map[string]bool                // by user ID
	grants        map[string]map[string][]string // role keys by user ID and project ID
	keys          map[string]registeredKey       // by key ID
	tokens        map[string]*token              // by token ID
	impersonators map[string]bool                // by user ID
}

// registeredKey is a public key that verifies its owner's assertions.
type registeredKey struct {
	owner   string // a user ID or a client ID
	public  func() *rsa.PublicKey
	expires time.Time
}

// newState returns the state of a new instance that contains w.
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
			s.addKey(u.ID, k, defaultExpiration())
		}
		if u.PAT != "" {
			s.tokens[u.patID] = newPAT(w, u)
		}
	}
	for _, a := range w.applications() {
		for _, k := range a.keys {
			s.addKey(a.ClientID, k, defaultExpiration())
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

func (s *state) deleteKey(keyID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, keyID)
}

// publicKey returns the key with this ID, if it belongs to owner and has not expired.
func (s *state) publicKey(keyID, owner string, now time.Time) (*rsa.PublicKey, bool) {
	s.mu.Lock()
	k, ok := s.keys[keyID]
	s.mu.Unlock()
	if !ok || k.owner != owner || !now.Before(k.expires) {
		return nil, false
	}
	return k.public(), true
}

// deactivate marks the user as inactive and revokes its access tokens.
func (s *state) deactivate(u *ServiceUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inactive[u.ID] = true
	for id, t := range s.tokens {
		// The effect on personal access tokens was not recorded. They have no
		// session, so in this issuer they work again after reactivation.
		if t.user == u && !t.pat {
			delete(s.tokens, id)
		}
	}
}

// reactivate marks the user as active.
func (s *state) reactivate(u *ServiceUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.inactive, u.ID)
}

// active reports whether the user is active.
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

// roles returns the user's roles in a project.
func (s *state) roles(u *ServiceUser, projectID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.grants[u.ID][projectID])
}

// unreadableRoles reports whether the user has a role that ZITADEL can store but cannot
// read, such as {br}. Every token request for that user fails.
func (s *state) unreadableRoles(u *ServiceUser) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, roles := range s.grants[u.ID] {
		if slices.ContainsFunc(roles, func(role string) bool { return strings.HasPrefix(role, "{") }) {
			return true
		}
	}
	return false
}

// makeImpersonator allows the user to be the actor of a token exchange.
func (s *state) makeImpersonator(u *ServiceUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.impersonators[u.ID] = true
}

// impersonator reports whether the user is allowed to be the actor of a token exchange.
func (s *state) impersonator(u *ServiceUser) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.impersonators[u.ID]
}

// addToken stores an issued token.
func (s *state) addToken(t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[t.id] = t
}

// token returns the token with this ID, if it is valid at the given time.
func (s *state) token(id string, now time.Time) (*token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens[id]
	if !ok || s.inactive[t.user.ID] || !now.Before(t.expires) {
		return nil, false
	}
	return t, true
}

// revoke deletes t, which invalidates it.
func (s *state) revoke(t *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, t.id)
}
