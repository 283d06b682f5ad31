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
	"maps"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// The test keys are generated only once, because generating an RSA key takes a noticeable fraction
// of a second.
var (
	rsa2048   = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	secondRSA = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	rsa1024   = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 1024)) })
	ec256     = sync.OnceValue(func() *ecdsa.PrivateKey {
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	})
	edwards = sync.OnceValue(func() ed25519.PrivateKey {
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

// block returns a PEM block of the given type.
func block(blockType string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der}))
}

func pkcs1(k *rsa.PrivateKey) string { return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k)) }

func pkcs8(k any) string { return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(k))) }

// serviceAccount returns the members of a complete service account key.
func serviceAccount() map[string]any {
	return map[string]any{"type": "serviceaccount", "keyId": "key-1", "key": pkcs1(rsa2048()), "userId": "user-1"}
}

// application returns the members of a complete application key.
func application() map[string]any {
	return map[string]any{
		"type": "application", "keyId": "key-2", "key": pkcs1(rsa2048()), "clientId": "client-1", "appId": "app-1",
	}
}

// with returns a copy of members with the given changes. A nil value removes the member.
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

// parsed returns the key in a key JSON with the given members. It fails the test if Parse rejects the
// key JSON.
func parsed(t *testing.T, members map[string]any) *key.Key {
	t.Helper()
	k, err := key.Parse(document(members))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// asFault returns err as a fault, or nil if err is not itself a fault. It does not unwrap err.
func asFault(err error) *fault.Fault {
	f, _ := any(err).(*fault.Fault)
	return f
}

// faults returns the faults in an error from [key.Parse], keyed by the name of the member. A fault
// of the whole document has the key "". The test fails if err contains an error that is not a
// fault, or two faults of the same member.
func faults(t *testing.T, err error) map[string]*fault.Fault {
	t.Helper()
	found := map[string]*fault.Fault{}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, one := range list {
		f := asFault(one)
		if f == nil {
			t.Fatalf("got error %v (%T), want a fault", one, one)
		}
		member, _ := f.Values["member"].(string)
		if found[member] != nil {
			t.Errorf("got two faults of member %q, want at most one", member)
		}
		found[member] = f
	}
	return found
}

// checkFaults checks that err consists of exactly the faults in want, which maps the name of each
// member to the text of its fault.
func checkFaults(t *testing.T, err error, want map[string]string) {
	t.Helper()
	found := map[string]string{}
	for member, f := range faults(t, err) {
		found[member] = f.Error()
	}
	if !maps.Equal(found, want) {
		t.Errorf("got faults %q, want %q", found, want)
	}
}

// leaksPEM reports whether text contains the first eight characters of any line in the body of
// pemText.
func leaksPEM(text, pemText string) bool {
	for line := range strings.Lines(pemText) {
		line = strings.TrimSpace(line)
		if len(line) >= 8 && !strings.HasPrefix(line, "-----") && strings.Contains(text, line[:8]) {
			return true
		}
	}
	return false
}

var someTime = time.Date(2030, 1, 31, 12, 0, 0, 700_000_000, time.UTC)

// publicDER returns the public key of rsa2048 in DER.
func publicDER() ([]byte, error) { return x509.MarshalPKIXPublicKey(&rsa2048().PublicKey) }
