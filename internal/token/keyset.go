package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// PublicKey is a key in a key set (RFC 7517 section 4). A missing member is "".
type PublicKey struct {
	ID, Type, Algorithm, Use string // kid, kty, alg, use
	PEM                      string // SubjectPublicKeyInfo (RFC 5280 section 4.1)

	public    any
	canVerify bool // whether "use" and "key_ops" allow the key to verify signatures
}

// KeySet contains the public keys of an issuer.
type KeySet struct {
	// Keys contains the RSA, EC and Ed25519 keys, in the order of the document. It is empty if the
	// document contains no keys: ZITADEL v2 publishes a key when the key signs its first token, and
	// removes the key 30 hours after the last token.
	Keys []PublicKey
	JSON string // the document as it was received
}

// minRSABits is the minimum size of an RSA key (RFC 7518 section 3.3). Smaller keys are ignored.
const minRSABits = 2048

// DecodeKeySet decodes a JSON Web Key Set. It omits keys that must not be used. It returns
// a fault if the document is not a key set, or if it contains keys but none of them can be
// used.
func DecodeKeySet(data []byte) (*KeySet, error) {
	document, err := object.Members(data, object.Names{Exact: []string{"keys"}})
	if err != nil {
		return nil, err
	}
	var keys []json.RawMessage
	if err := object.DecodeMember("keys", document["keys"], &keys); err != nil {
		return nil, err
	}
	if keys == nil {
		return nil, object.Missing("keys")
	}
	set := &KeySet{JSON: string(data)}
	for _, raw := range keys {
		// Skip an unusable key, because the other keys can still be used.
		if k, err := decodePublicKey(raw); err == nil {
			set.Keys = append(set.Keys, *k)
		}
	}
	if len(keys) > 0 && len(set.Keys) == 0 {
		return nil, fault.New("key-set-unusable")
	}
	return set, nil
}

// withID returns the keys that have the given ID and are allowed to verify signatures. IDs should be
// unique, but need not be (RFC 7517 section 4.5). The ID is only compared. It is never used as a path
// or URL.
func (s *KeySet) withID(id string) (found []PublicKey) {
	for _, k := range s.Keys {
		if id != "" && k.ID == id && k.canVerify {
			found = append(found, k)
		}
	}
	return found
}

// suits reports whether a key's type, curve and "alg" member allow an algorithm.
func (k PublicKey) suits(algorithm jose.SignatureAlgorithm) bool {
	return (k.Algorithm == "" || k.Algorithm == string(algorithm)) &&
		slices.Contains(algorithmsOf(k.public), algorithm)
}

// algorithmsOf returns the allowed algorithms for the type and the curve of a public key.
func algorithmsOf(public any) []jose.SignatureAlgorithm {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512}
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return []jose.SignatureAlgorithm{jose.ES256}
		case elliptic.P384():
			return []jose.SignatureAlgorithm{jose.ES384}
		case elliptic.P521():
			return []jose.SignatureAlgorithm{jose.ES512}
		}
	}
	return nil
}

// errUnusable is the error for a key that must not be used. It is not reported to users.
var errUnusable = errors.New("unusable")

// decodePublicKey decodes one key in a set. It returns an error if the key must not be used, because
// it is of an unknown type, private, symmetric, ambiguous or too small.
func decodePublicKey(raw json.RawMessage) (*PublicKey, error) {
	members, err := object.Members(raw, object.Names{Exact: []string{"kty", "kid", "alg", "use", "key_ops"}})
	if err != nil {
		return nil, err
	}
	var kind string
	var operations []string // nil if "key_ops" is missing
	var k jose.JSONWebKey
	if err := errors.Join(
		json.Unmarshal(members["kty"], &kind),
		object.DecodeMember("key_ops", members["key_ops"], &operations),
		k.UnmarshalJSON(raw),
	); err != nil {
		return nil, err
	}
	if !k.IsPublic() {
		return nil, errUnusable
	}
	der, err := x509.MarshalPKIXPublicKey(k.Key)
	if err != nil {
		return nil, err
	}
	if rsaKey, ok := k.Key.(*rsa.PublicKey); ok && rsaKey.N.BitLen() < minRSABits {
		return nil, errUnusable
	}
	// Other programs must be able to parse the PEM.
	if _, err := x509.ParsePKIXPublicKey(der); err != nil {
		return nil, err
	}
	return &PublicKey{
		ID: k.KeyID, Type: kind, Algorithm: k.Algorithm, Use: k.Use,
		PEM:       string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		public:    k.Key,
		canVerify: (k.Use == "" || k.Use == "sig") && (operations == nil || slices.Contains(operations, "verify")),
	}, nil
}
