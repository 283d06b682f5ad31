package optest

import (
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

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
