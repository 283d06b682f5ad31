package optest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// keyRing holds an issuer's signing keys. As in ZITADEL, one of them signs, the
// next one is published in advance, and those that have signed before go on to
// verify until they are deleted.
type keyRing struct {
	world *World

	mu        sync.Mutex
	keys      []*key // in the order in which they appeared
	active    *key
	next      *key
	made      int               // how many signing keys there were so far
	used      bool              // whether anything was signed
	published []jose.JSONWebKey // public keys that are only there to be seen
}

// newKeyRing returns the signing keys of a new instance that holds w.
func newKeyRing(w *World) *keyRing {
	r := &keyRing{world: w}
	r.add()
	r.active = r.next
	r.add()
	return r
}

// add makes another next key. Its caller holds the lock.
func (r *keyRing) add() {
	r.next = r.world.signingKey(r.made)
	r.made++
	r.keys = append(r.keys, r.next)
}

// rotate makes the next key the active one and adds a new next one.
func (r *keyRing) rotate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active = r.next
	r.add()
}

// forget deletes all keys with this ID. It returns false, and deletes nothing,
// if the active key has it.
func (r *keyRing) forget(keyID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.active.id == keyID {
		return false
	}
	r.keys = slices.DeleteFunc(r.keys, func(k *key) bool { return k.id == keyID })
	r.published = slices.DeleteFunc(r.published, func(k jose.JSONWebKey) bool { return k.KeyID == keyID })
	if r.next.id == keyID {
		r.add()
	}
	return true
}

// publish adds a public key to the set.
func (r *keyRing) publish(public jose.JSONWebKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.published = append(r.published, public)
}

// signer returns the active key.
func (r *keyRing) signer() *key {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.active
}

// key returns the signing key with this ID, active or not.
func (r *keyRing) key(keyID string) (*key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := slices.IndexFunc(r.keys, func(k *key) bool { return k.id == keyID })
	if n < 0 {
		return nil, false
	}
	return r.keys[n], true
}

// set returns the public keys. Unless they are published first, there are none
// before the first signature, and then no next key.
func (r *keyRing) set(first bool) jose.JSONWebKeySet {
	r.mu.Lock()
	keys, published := slices.Clone(r.keys), slices.Clone(r.published)
	if !first {
		keys = slices.DeleteFunc(keys, func(k *key) bool { return !r.used || k == r.next })
	}
	r.mu.Unlock()
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{
			Key: &k.private().PublicKey, KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig",
		})
	}
	set.Keys = append(set.Keys, published...)
	return set
}

// sign returns claims as a JWT signed with the active key.
func (r *keyRing) sign(claims map[string]any) (string, error) {
	r.mu.Lock()
	active := r.active
	r.used = true
	r.mu.Unlock()
	signer, err := jose.NewSigner(
		jose.SigningKey{
			Algorithm: jose.RS256,
			Key:       jose.JSONWebKey{Key: active.private(), KeyID: active.id},
		}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("preparing to sign: %w", err)
	}
	signed, err := signer.Sign(mustJSON(claims))
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	return signed.CompactSerialize()
}

// verify returns the ID of an access token in JWT form. An ID token has none.
func (r *keyRing) verify(access, issuer string) (string, error) {
	signed, err := jose.ParseSignedCompact(access, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", fmt.Errorf("parsing a JWT: %w", err)
	}
	k, ok := r.key(signed.Signatures[0].Header.KeyID)
	if !ok {
		return "", errors.New("no such signing key")
	}
	payload, err := signed.Verify(&k.private().PublicKey)
	if err != nil {
		return "", fmt.Errorf("verifying a JWT: %w", err)
	}
	var claims struct {
		Issuer string `json:"iss"`
		ID     string `json:"jti"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return "", fmt.Errorf("reading a JWT: %w", err)
	}
	if claims.Issuer != issuer {
		return "", errors.New("JWT of another issuer")
	}
	return claims.ID, nil
}
