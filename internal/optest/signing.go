package optest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// keyRing contains the signing keys of an issuer. As in ZITADEL, the active key signs
// tokens, the next key is published in advance, and former keys verify tokens until they
// are deleted.
type keyRing struct {
	world *World

	mu        sync.Mutex
	keys      []*key // in the order of their creation
	active    *key
	next      *key
	created   int               // number of keys so far, including deleted keys
	used      bool              // whether a key has signed a token
	published []jose.JSONWebKey // additional public keys, which verify no tokens
}

// newKeyRing returns the signing keys of a new instance that contains w.
func newKeyRing(w *World) *keyRing {
	r := &keyRing{world: w}
	r.addNext()
	r.active = r.next
	r.addNext()
	return r
}

// addNext creates a key and makes it the next key. The caller must hold the lock.
func (r *keyRing) addNext() {
	r.next = r.world.signingKey(r.created)
	r.created++
	r.keys = append(r.keys, r.next)
}

// rotate activates the next key and creates a new next key.
func (r *keyRing) rotate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active = r.next
	r.addNext()
}

// remove deletes all keys with this ID. If it is the ID of the active key, remove deletes
// nothing and returns false.
func (r *keyRing) remove(keyID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.active.id == keyID {
		return false
	}
	r.keys = slices.DeleteFunc(r.keys, func(k *key) bool { return k.id == keyID })
	r.published = slices.DeleteFunc(r.published, func(k jose.JSONWebKey) bool { return k.KeyID == keyID })
	if r.next.id == keyID {
		r.addNext()
	}
	return true
}

// publish adds a public key that verifies no tokens.
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

// key returns the signing key with this ID.
func (r *keyRing) key(keyID string) (*key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := slices.IndexFunc(r.keys, func(k *key) bool { return k.id == keyID })
	if n < 0 {
		return nil, false
	}
	return r.keys[n], true
}

// set returns the published keys. If inAdvance is false, the set does not contain the next key
// or, before the first signature, any signing key.
func (r *keyRing) set(inAdvance bool) jose.JSONWebKeySet {
	r.mu.Lock()
	keys, published := slices.Clone(r.keys), slices.Clone(r.published)
	if !inAdvance {
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

// sign returns a JWT with the given claims, signed with the active key.
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

// verify verifies a JWT that this issuer signed and returns its jti, or "" for an ID token,
// which has no jti.
func (r *keyRing) verify(access, issuer string) (string, error) {
	signed, err := jose.ParseSignedCompact(access, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", fmt.Errorf("parsing a JWT: %w", err)
	}
	k, ok := r.key(signed.Signatures[0].Header.KeyID)
	if !ok {
		return "", errors.New("unknown signing key")
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
		return "", fmt.Errorf("parsing the claims: %w", err)
	}
	if claims.Issuer != issuer {
		return "", fmt.Errorf("issuer is %q", claims.Issuer)
	}
	return claims.ID, nil
}
