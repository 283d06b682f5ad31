package optest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// sign returns claims as a JWT signed with the active key.
func (w *World) sign(claims map[string]any) (string, error) {
	active := w.signing[0]
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
func (w *World) verify(access, issuer string) (string, error) {
	signed, err := jose.ParseSignedCompact(access, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", fmt.Errorf("parsing a JWT: %w", err)
	}
	n := slices.IndexFunc(w.signing, func(k *key) bool { return k.id == signed.Signatures[0].Header.KeyID })
	if n < 0 {
		return "", errors.New("no such signing key")
	}
	payload, err := signed.Verify(&w.signing[n].private().PublicKey)
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

// sealPAT returns the user's personal access token.
func (w *World) sealPAT(u *ServiceUser) string {
	sealed, err := w.seal(u.patID+":"+u.ID, "oidcKey")
	if err != nil {
		panic(fmt.Sprintf("optest: making a personal access token: %v", err)) // see generateKey
	}
	return sealed
}

// seal encrypts a text into an opaque token: a JWE in five parts.
func (w *World) seal(text, keyID string) (string, error) {
	encrypter, err := jose.NewEncrypter(jose.A256GCM,
		jose.Recipient{Algorithm: jose.A256GCMKW, Key: w.tokenKey, KeyID: keyID}, nil)
	if err != nil {
		return "", fmt.Errorf("preparing to encrypt: %w", err)
	}
	sealed, err := encrypter.Encrypt([]byte(text))
	if err != nil {
		return "", fmt.Errorf("encrypting: %w", err)
	}
	return sealed.CompactSerialize()
}

// unseal returns the token ID in an opaque token.
func (w *World) unseal(access string) (string, error) {
	sealed, err := jose.ParseEncryptedCompact(access,
		[]jose.KeyAlgorithm{jose.A256GCMKW}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return "", fmt.Errorf("parsing an opaque token: %w", err)
	}
	text, err := sealed.Decrypt(w.tokenKey)
	if err != nil {
		return "", fmt.Errorf("decrypting an opaque token: %w", err)
	}
	id, _, _ := strings.Cut(string(text), ":")
	return id, nil
}
