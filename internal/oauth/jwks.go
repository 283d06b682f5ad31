package oauth

import (
	"context"
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
	Keys []PublicKey // RSA, EC and Ed25519, in the document's order
	JSON string      // the document as it came

	fetchedAt time.Time
	again     bool // fetched for the sake of a key that the set before lacked
}

const (
	opKeys = "read signing keys"
	// keySetAge is how long ZITADEL lets its key set be kept.
	keySetAge = 5 * time.Minute
)

// KeySet returns the issuer's keys. They are fetched once.
func (c *Client) KeySet(ctx context.Context) (*KeySet, error) {
	return c.keySets.get(ctx, struct{}{}, func(*KeySet) bool { return true }, c.fetchKeySet)
}

// signingKey returns the key with an id, nil if there is none. The keys are
// fetched again once for an id that is not among them: ZITADEL may have rotated
// them. That is not done for every such id, since anybody can make one up.
//
// Of several keys with one id that for the algorithm is taken, if there is one.
func (c *Client) signingKey(ctx context.Context, id, algorithm string) (*PublicKey, error) {
	fresh := func(s *KeySet) bool {
		return s.find(id, algorithm) != nil || s.again && c.now().Sub(s.fetchedAt) < keySetAge
	}
	for {
		set, err := c.keySets.get(ctx, struct{}{}, fresh, c.fetchKeySet)
		if err != nil {
			return nil, err
		}
		// What this very call has fetched first is not the second try.
		if fresh(set) {
			return set.find(id, algorithm), nil
		}
	}
}

// find returns the key that signs under an id. An id is compared, and never
// taken for a path or a URL.
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
		// A key of a kind that is not known here is no reason to do without the
		// others; a private or symmetric one is not to be used.
		if k, err := readPublicKey(raw); err == nil {
			set.Keys = append(set.Keys, *k)
		}
	}
	if len(set.Keys) == 0 {
		return nil, q.malformed(a, "a key set without a usable public key")
	}
	set.again = c.keyFetches.Add(1) > 1
	return set, nil
}

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
	// go-jose takes a modulus of zero; who reads the PEM does not.
	if _, err := x509.ParsePKIXPublicKey(der); err != nil {
		return nil, err
	}
	return &PublicKey{
		ID: k.KeyID, Type: kind, Algorithm: k.Algorithm, Use: k.Use, public: k.Key,
		PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
	}, nil
}
