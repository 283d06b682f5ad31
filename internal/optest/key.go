package optest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"sync"
	"time"
)

// key is an RSA key with the ID that goes into a JWT's kid header.
type key struct {
	id      string
	private func() *rsa.PrivateKey
}

// newKey returns a key that is generated on first use.
func newKey(id string) *key {
	return &key{id: id, private: sync.OnceValue(generateKey)}
}

// generateKey makes an RSA key of the size ZITADEL uses.
func generateKey() *rsa.PrivateKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		// Nothing but a broken random source leads here, and the standard
		// library itself ends the program on one.
		panic(fmt.Sprintf("optest: generating an RSA key: %v", err))
	}
	return private
}

// newSigningKeys returns the keys that sign tokens, as many as tests use.
func newSigningKeys() []*key {
	return []*key{
		newKey("400663540467502118"), newKey("400663540534348838"), newKey("400663664350202918"),
		newKey("400663664400534566"), newKey("400663664467643430"), newKey("400663664534752294"),
	}
}

// signingKey returns the nth key that signs tokens. All issuers of the World
// share the first few, as making one takes long; after those, each has its own.
func (w *World) signingKey(n int) *key {
	if n < len(w.signing) {
		return w.signing[n]
	}
	return newKey(newID())
}

// pem returns the private key as ZITADEL writes it: PKCS#1.
func (k *key) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{
		Type:  "RSA PRIVATE KEY",
		Bytes: x509.MarshalPKCS1PrivateKey(k.private()),
	}))
}

// farFuture is the default expiration of keys and personal access tokens: the
// start of 2099.
func farFuture() time.Time { return time.Date(2099, time.January, 1, 0, 0, 0, 0, time.UTC) }

// KeyJSON returns the user's key file, as ZITADEL offers it for download, or
// nil if the user has no key.
func (u *ServiceUser) KeyJSON() []byte { return u.keyJSON(0) }

// SecondKeyJSON returns the file of the user's second key, or nil if there is
// none. Only World.Service has one.
func (u *ServiceUser) SecondKeyJSON() []byte { return u.keyJSON(1) }

// KeyJSON returns the application's key file, as ZITADEL offers it for
// download, or nil if the application has no key.
func (a *Application) KeyJSON() []byte { return a.keyJSON(0) }

// SecondKeyJSON returns the file of the application's second key, or nil if
// there is none. Only World.API has one.
func (a *Application) SecondKeyJSON() []byte { return a.keyJSON(1) }

func (u *ServiceUser) keyJSON(n int) []byte {
	if n >= len(u.keys) {
		return nil
	}
	return mustJSON(struct {
		Type           string    `json:"type"`
		KeyID          string    `json:"keyId"`
		Key            string    `json:"key"`
		ExpirationDate time.Time `json:"expirationDate"`
		UserID         string    `json:"userId"`
	}{"serviceaccount", u.keys[n].id, u.keys[n].pem(), farFuture(), u.ID})
}

func (a *Application) keyJSON(n int) []byte {
	if n >= len(a.keys) {
		return nil
	}
	return mustJSON(struct {
		Type     string `json:"type"`
		KeyID    string `json:"keyId"`
		Key      string `json:"key"`
		AppID    string `json:"appId"`
		ClientID string `json:"clientId"`
	}{"application", a.keys[n].id, a.keys[n].pem(), a.ID, a.ClientID})
}

// mustJSON encodes a value that cannot fail to encode: strings, numbers, maps
// and structs of them.
func mustJSON(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("optest: encoding JSON: %v", err))
	}
	return data
}
