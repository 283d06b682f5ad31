package optest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// PAT returns a user's personal access token in the encoding that the issuer's release uses,
// or "" if the user has none. [ServiceUser.PAT] is in the encoding of the newest release.
func (i *Issuer) PAT(u *ServiceUser) string {
	if u.PAT == "" || i.currentRelease().encryptsToJWE() {
		return u.PAT
	}
	pat := i.World.encryptCTR(u.patID + ":" + u.ID)
	i.traffic.reportSecret("personal access token", pat)
	return pat
}

// encodePAT returns a user's personal access token in the encoding of the newest release.
func (w *World) encodePAT(u *ServiceUser) string {
	jwe, err := w.encryptJWE(u.patID+":"+u.ID, "oidcKey")
	if err != nil {
		panic(fmt.Sprintf("optest: creating a personal access token: %v", err)) // see generateKey
	}
	return jwe
}

// encryptJWE encrypts text as an opaque token: a JWE in compact form.
func (w *World) encryptJWE(text, keyID string) (string, error) {
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

// encryptCTR encrypts text as an opaque token like those of older releases: an initialization
// vector and an unauthenticated ciphertext, in base64url. Older releases use AES-CFB, but
// AES-CTR produces tokens of the same length.
func (w *World) encryptCTR(text string) string {
	encrypted := make([]byte, aes.BlockSize+len(text))
	if _, err := rand.Read(encrypted[:aes.BlockSize]); err != nil {
		panic(fmt.Sprintf("optest: encrypting a token: %v", err)) // see generateKey
	}
	w.applyCTR(encrypted[aes.BlockSize:], []byte(text), encrypted[:aes.BlockSize])
	return base64.RawURLEncoding.EncodeToString(encrypted)
}

// applyCTR encrypts or decrypts source into destination, with vector as the initialization
// vector.
func (w *World) applyCTR(destination, source, vector []byte) {
	block, err := aes.NewCipher(w.tokenKey)
	if err != nil {
		panic(fmt.Sprintf("optest: encrypting a token: %v", err)) // happens only if the key has the wrong size
	}
	cipher.NewCTR(block, vector).XORKeyStream(destination, source)
}

// decrypt returns the token ID in an opaque token of any release.
func (w *World) decrypt(access string) (string, error) {
	text, err := w.decryptCTR(access)
	if strings.Contains(access, ".") {
		text, err = w.decryptJWE(access)
	}
	id, _, _ := strings.Cut(text, ":")
	return id, err
}

// decryptJWE returns the text in a JWE.
func (w *World) decryptJWE(access string) (string, error) {
	jwe, err := jose.ParseEncryptedCompact(access,
		[]jose.KeyAlgorithm{jose.A256GCMKW}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return "", fmt.Errorf("parsing an opaque token: %w", err)
	}
	text, err := jwe.Decrypt(w.tokenKey)
	if err != nil {
		return "", fmt.Errorf("decrypting an opaque token: %w", err)
	}
	return string(text), nil
}

// decryptCTR returns the text in a token from encryptCTR. For any other token, it returns
// random bytes or an error.
func (w *World) decryptCTR(access string) (string, error) {
	encrypted, err := base64.RawURLEncoding.DecodeString(access)
	if err != nil {
		return "", fmt.Errorf("decoding an opaque token: %w", err)
	}
	if len(encrypted) < aes.BlockSize {
		return "", fmt.Errorf("opaque token has only %d bytes", len(encrypted))
	}
	text := make([]byte, len(encrypted)-aes.BlockSize)
	w.applyCTR(text, encrypted[aes.BlockSize:], encrypted[:aes.BlockSize])
	return string(text), nil
}
