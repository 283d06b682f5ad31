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

// key is an RSA key and its ID, which is the kid in a JWT header.
type key struct {
	id      string
	private func() *rsa.PrivateKey
}

// newKey returns a key that is generated on first use.
func newKey(id string) *key {
	return &key{id: id, private: sync.OnceValue(generateKey)}
}

// generateKey generates an RSA key of the size that ZITADEL uses.
func generateKey() *rsa.PrivateKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		// This error occurs only if the random source fails, in which case the standard
		// library aborts the program, too.
		panic(fmt.Sprintf("optest: generating an RSA key: %v", err))
	}
	return private
}

// newSigningKeys returns enough token signing keys for every test.
func newSigningKeys() []*key {
	return []*key{
		newKey("400663540467502118"), newKey("400663540534348838"), newKey("400663664350202918"),
		newKey("400663664400534566"), newKey("400663664467643430"), newKey("400663664534752294"),
	}
}

// signingKey returns the nth token signing key. Because generating keys is slow, all issuers
// of a World share the first few keys. Additional keys are not shared.
func (w *World) signingKey(n int) *key {
	if n < len(w.signing) {
		return w.signing[n]
	}
	return newKey(newID())
}

// privatePEM returns the private key in PEM form, as PKCS#1, like ZITADEL's key files.
func (k *key) privatePEM() string {
	return string(pem.EncodeToMemory(&pem.Block{
		Type:  "RSA PRIVATE KEY",
		Bytes: x509.MarshalPKCS1PrivateKey(k.private()),
	}))
}

// defaultExpiration returns the time when keys and personal access tokens expire: the
// start of 2099.
func defaultExpiration() time.Time { return time.Date(2099, time.January, 1, 0, 0, 0, 0, time.UTC) }

// KeyJSON returns the user's key file, as downloaded from ZITADEL, or nil if the user
// has no key.
func (u *ServiceUser) KeyJSON() []byte { return u.keyJSON(0) }

// SecondKeyJSON returns the key file of the user's second key, or nil if the user has no
// second key. Only World.Service has one.
func (u *ServiceUser) SecondKeyJSON() []byte { return u.keyJSON(1) }

// KeyJSON returns the application's key file, as downloaded from ZITADEL, or nil if
// the application has no key.
func (a *Application) KeyJSON() []byte { return a.keyJSON(0) }

// SecondKeyJSON returns the key file of the application's second key, or nil if the
// application has no second key. Only World.API has one.
func (a *Application) SecondKeyJSON() []byte { return a.keyJSON(1) }

// keyJSON returns the key file of the user's nth key, or nil if there is no such key.
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
	}{"serviceaccount", u.keys[n].id, u.keys[n].privatePEM(), defaultExpiration(), u.ID})
}

// keyJSON returns the key file of the application's nth key, or nil if there is no such key.
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
	}{"application", a.keys[n].id, a.keys[n].privatePEM(), a.ID, a.ClientID})
}

// mustJSON encodes a value as JSON. It panics if JSON cannot represent the value.
func mustJSON(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("optest: encoding JSON: %v", err))
	}
	return data
}
