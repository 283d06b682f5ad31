package optest

import (
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// encodePAT returns the personal access token of a user.
func (w *World) encodePAT(u *ServiceUser) string {
	jwe, err := w.encrypt(u.patID+":"+u.ID, "oidcKey")
	if err != nil {
		panic(fmt.Sprintf("optest: creating a personal access token: %v", err)) // see generateKey
	}
	return jwe
}

// encrypt returns an opaque token with the text: a JWE in compact form.
func (w *World) encrypt(text, keyID string) (string, error) {
	encrypter, err := jose.NewEncrypter(jose.A256GCM,
		jose.Recipient{Algorithm: jose.A256GCMKW, Key: w.tokenKey, KeyID: keyID}, nil)
	if err != nil {
		return "", fmt.Errorf("preparing to encrypt: %w", err)
	}
	jwe, err := encrypter.Encrypt([]byte(text))
	if err != nil {
		return "", fmt.Errorf("encrypting: %w", err)
	}
	return jwe.CompactSerialize()
}

// decrypt returns the token ID in an opaque token.
func (w *World) decrypt(access string) (string, error) {
	jwe, err := jose.ParseEncryptedCompact(access,
		[]jose.KeyAlgorithm{jose.A256GCMKW}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return "", fmt.Errorf("parsing an opaque token: %w", err)
	}
	text, err := jwe.Decrypt(w.tokenKey)
	if err != nil {
		return "", fmt.Errorf("decrypting an opaque token: %w", err)
	}
	id, _, _ := strings.Cut(string(text), ":")
	return id, nil
}
