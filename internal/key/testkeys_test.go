package key_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// The keys of the tests are made once: each takes a noticeable part of a second.
var (
	rsa2048   = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	secondRSA = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	rsa1024   = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 1024)) })
	ec256     = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	edwards   = sync.OnceValue(func() ed25519.PrivateKey {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return must(private, err)
	})
	certificate = sync.OnceValue(func() []byte {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}}
		return must(x509.CreateCertificate(rand.Reader, template, template, &rsa2048().PublicKey, rsa2048()))
	})
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// block writes one PEM block.
func block(name string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: name, Bytes: der}))
}

func pkcs1(k *rsa.PrivateKey) string { return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k)) }

func pkcs8(k any) string { return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(k))) }

// serviceAccount returns the members of a whole service account key.
func serviceAccount() map[string]any {
	return map[string]any{"type": "serviceaccount", "keyId": "key-1", "key": pkcs1(rsa2048()), "userId": "user-1"}
}

// application returns the members of a whole application key.
func application() map[string]any {
	return map[string]any{"type": "application", "keyId": "key-2", "key": pkcs1(rsa2048()), "clientId": "client-1", "appId": "app-1"}
}

// with returns members with others in their place; nil takes a member out.
func with(members, changes map[string]any) map[string]any {
	members = maps.Clone(members)
	for name, value := range changes {
		if value == nil {
			delete(members, name)
		} else {
			members[name] = value
		}
	}
	return members
}

func document(members map[string]any) []byte { return must(json.Marshal(members)) }

// parsed returns a key that must be good.
func parsed(t *testing.T, members map[string]any) *key.Key {
	t.Helper()
	k, err := key.Parse(document(members))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// faults takes apart the error of Parse.
func faults(t *testing.T, err error) map[string]string {
	t.Helper()
	found := map[string]string{}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, one := range list {
		var fault *key.Fault
		if !errors.As(one, &fault) {
			t.Fatalf("%v is not a Fault", one)
		}
		if _, twice := found[fault.Member]; twice {
			t.Errorf("two faults of member %q", fault.Member)
		}
		found[fault.Member] = fault.Problem
	}
	return found
}

// spills reports whether text holds a line of the body of a PEM, real or
// escaped, or its first characters.
func spills(text, pemText string) bool {
	for line := range strings.Lines(pemText) {
		line = strings.TrimSpace(line)
		if len(line) >= 8 && !strings.HasPrefix(line, "-----") && strings.Contains(text, line[:8]) {
			return true
		}
	}
	return false
}

var someTime = time.Date(2030, 1, 31, 12, 0, 0, 700_000_000, time.UTC)
