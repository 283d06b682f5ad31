// Package key parses ZITADEL key files and signs RFC 7523 assertions with the keys.
//
// ZITADEL issues two types of keys, each as one JSON object. The assertion of a service
// account key is an authorization grant (RFC 7523 section 2.1). The assertion of an
// application key authenticates a client (section 2.2).
//
// Errors are faults (see package fault). They never contain a secret.
package key

import (
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"time"
)

// Type is the kind of a key's subject. It is the value of the "type" member of a key JSON.
type Type string

// The types of keys that ZITADEL issues.
const (
	ServiceAccount Type = "serviceaccount"
	Application    Type = "application"
)

// Holder returns the kind of subject that holds a key of type t: "service account" or "application".
func (t Type) Holder() string {
	if t == ServiceAccount {
		return "service account"
	}
	return "application"
}

// Key is a ZITADEL key. It prints as "[redacted]".
type Key struct {
	Type     Type
	ID       string // "keyId" member; "" if missing
	UserID   string // set only for a service account key
	ClientID string // set only for an application key
	AppID    string // set only for an application key

	// ExpiresAt is the time at which ZITADEL stops accepting the key. It is zero if the key
	// JSON contains no expiration date.
	ExpiresAt time.Time

	private     *rsa.PrivateKey
	fingerprint [sha256.Size]byte // computed once, because every use of the key needs it
}

// Subject returns the "iss" and "sub" of the key's assertions: the user ID of a
// service account, or the client ID of an application.
func (k *Key) Subject() string {
	if k.Type == ServiceAccount {
		return k.UserID
	}
	return k.ClientID
}

// Fingerprint returns a SHA-256 hash. Two keys have the same fingerprint only if they have the same
// type, ID, subject and RSA modulus.
func (k *Key) Fingerprint() [sha256.Size]byte { return k.fingerprint }

func (k *Key) makeFingerprint() [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%x", string(k.Type), k.ID, k.Subject(), k.private.N))
}

// Format implements [fmt.Formatter].
func (*Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText implements [encoding.TextMarshaler], which encoding/json also uses.
func (*Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (*Key) LogValue() slog.Value { return slog.StringValue(redacted) }
