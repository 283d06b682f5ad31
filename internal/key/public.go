package key

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"

	"github.com/go-jose/go-jose/v4"
)

// Bits returns the size of the RSA key in bits.
func (k *Key) Bits() int { return k.private.N.BitLen() }

// PublicPEM returns the public key as a PEM (SubjectPublicKeyInfo, RFC 5280 section 4.1).
func (k *Key) PublicPEM() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&k.private.PublicKey)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// PublicJWK returns the public key as a JWK (RFC 7517) in JSON. Its "kid" is the key ID.
func (k *Key) PublicJWK() (string, error) {
	data, err := json.Marshal(jose.JSONWebKey{
		Key: &k.private.PublicKey, KeyID: k.ID, Algorithm: string(jose.RS256), Use: "sig",
	})
	return string(data), err
}

// Thumbprint returns the SHA-256 thumbprint of the public key's JWK (RFC 7638), in
// base64url without padding.
func (k *Key) Thumbprint() (string, error) {
	jwk := jose.JSONWebKey{Key: &k.private.PublicKey}
	sum, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}
