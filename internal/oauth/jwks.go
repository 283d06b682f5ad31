package oauth

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// PublicKey is one key of a set (RFC 7517 section 4). Members that are not
// stated are "".
type PublicKey struct {
	ID, Type, Algorithm, Use string // kid, kty, alg, use
	PEM                      string // SubjectPublicKeyInfo (RFC 5280 section 4.1)

	public any
}

// KeySet is the public keys that an issuer signs tokens with.
type KeySet struct {
	// Keys are those of type RSA, EC and Ed25519, in the document's order. There are
	// none as long as the document contains none: older versions of ZITADEL publish a
	// key with the first signature, and remove it 30 hours after the last one.
	Keys []PublicKey
	JSON string // the document as it was received

	fetchedAt time.Time
	again     bool // fetched because the set before lacked a key
}

const (
	opKeys = "read signing keys"
	// refetchAfter is how long a set that was fetched again is taken to be complete.
	refetchAfter = 10 * time.Second
	// minRSABits is the minimum size of a published RSA key that is used (RFC 7518
	// section 3.3).
	minRSABits = 2048
)

// KeySet returns the issuer's keys. They are fetched once, and again if there were
// none.
func (c *Client) KeySet(ctx context.Context) (*KeySet, error) {
	last := c.keySets.last()
	fresh := func(s *KeySet, number int64) bool { return len(s.Keys) > 0 || number > last }
	return c.keySets.get(ctx, struct{}{}, fresh, c.fetchKeySet)
}

// keySetFor returns a key set that contains the key of a header if the issuer
// publishes it. If the cached set does not contain the key, the keys are fetched
// again, because ZITADEL may have rotated them. That happens once in refetchAfter and
// not for each such key, because anyone can make up a key ID. An empty set is fetched
// again by each call, because the instance may publish its first key at any time.
func (c *Client) keySetFor(ctx context.Context, header joseHeader) (*KeySet, error) {
	last := c.keySets.last()
	contains := func(s *KeySet) bool { return s.find(header.keyID, string(header.algorithm)) != nil }
	set, err := c.keySets.get(ctx, struct{}{}, func(*KeySet, int64) bool { return true }, c.fetchKeySet)
	if err != nil || contains(set) {
		return set, err
	}
	fresh := func(s *KeySet, number int64) bool {
		isRecent := len(s.Keys) > 0 && c.now().Sub(s.fetchedAt) < refetchAfter
		return contains(s) || s.again && isRecent || number > max(last, 1)
	}
	return c.keySets.get(ctx, struct{}{}, fresh, func(ctx context.Context) (*KeySet, error) {
		latest, err := c.fetchKeySet(ctx)
		if err == nil {
			latest.again = true
		}
		return latest, err
	})
}

// find returns the key with an ID, or nil. If several keys have the ID, it prefers
// one for the algorithm. The ID is only compared, and never used as a path or URL.
func (s *KeySet) find(id, algorithm string) (found *PublicKey) {
	for i, k := range s.Keys {
		if id == "" || k.ID != id || k.Use != "" && k.Use != "sig" {
			continue
		}
		if found == nil || k.Algorithm == algorithm {
			found = &s.Keys[i]
		}
	}
	return found
}

func (c *Client) fetchKeySet(ctx context.Context) (*KeySet, error) {
	endpoint, err := c.endpoint(ctx, opKeys, "jwks_uri", func(d *Configuration) string { return d.JWKSURI })
	if err != nil {
		return nil, err
	}
	q := c.call(opKeys, http.MethodGet, endpoint)
	a, err := c.document(ctx, &q, "JSON Web Key Set")
	if err != nil {
		return nil, err
	}
	document, err := object(a.body, "keys")
	if err != nil {
		return nil, q.malformed(a, "not a usable JSON Web Key Set: "+err.Error())
	}
	var keys []json.RawMessage
	if err := decodeMember(document["keys"], &keys); err != nil {
		return nil, q.malformed(a, "not a JSON Web Key Set: "+memberFault("keys", err))
	}
	if keys == nil {
		return nil, q.malformed(a, "not a JSON Web Key Set: "+missingMember("keys"))
	}
	set := &KeySet{JSON: string(a.body), fetchedAt: c.now()}
	for _, raw := range keys {
		// A key that cannot be used does not make the others unusable.
		if k, err := readPublicKey(raw); err == nil {
			set.Keys = append(set.Keys, *k)
		}
	}
	if len(keys) > 0 && len(set.Keys) == 0 {
		return nil, q.malformed(a, "a key set without a usable public key")
	}
	return set, nil
}

// readPublicKey decodes one key of a set. It fails for a key that must not be
// used: of an unknown type, private or symmetric, ambiguous, or too small.
func readPublicKey(raw json.RawMessage) (*PublicKey, error) {
	stated, err := object(raw, "kty", "kid", "alg", "use")
	if err != nil {
		return nil, err
	}
	var kind string
	var k jose.JSONWebKey
	if err := errors.Join(json.Unmarshal(stated["kty"], &kind), k.UnmarshalJSON(raw)); err != nil {
		return nil, err
	}
	if !k.IsPublic() {
		return nil, errors.New("not a public key")
	}
	der, err := x509.MarshalPKIXPublicKey(k.Key)
	if err != nil {
		return nil, err
	}
	if rsaKey, ok := k.Key.(*rsa.PublicKey); ok && rsaKey.N.BitLen() < minRSABits {
		return nil, errors.New("an RSA key that is too small")
	}
	// go-jose accepts a modulus of zero; programs that read the PEM do not.
	if _, err := x509.ParsePKIXPublicKey(der); err != nil {
		return nil, err
	}
	return &PublicKey{
		ID: k.KeyID, Type: kind, Algorithm: k.Algorithm, Use: k.Use, public: k.Key,
		PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
	}, nil
}
