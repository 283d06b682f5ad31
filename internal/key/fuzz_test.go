package key_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// FuzzParse checks that a parsed key is complete, and that an error contains no part of the data
// except what quotable returns.
func FuzzParse(f *testing.F) {
	good, pemText := document(serviceAccount()), pkcs1(rsa2048())
	f.Add(good)
	f.Add(document(application()))
	f.Add(append([]byte("\ufeff\r\n"), good...))
	f.Add(good[:len(good)/2])
	f.Add([]byte(pemText))
	f.Add([]byte("null"))
	f.Add([]byte(`{"type":"","type":""}`))
	f.Add([]byte(`["` + canary + `"]`))
	f.Add([]byte("/home/canary/.ssh/key.json"))
	for _, changes := range []map[string]any{
		{"key": pkcs8(rsa2048()), "expirationDate": "2030-01-31T00:00:00+23:59"},
		{"key": strings.ReplaceAll(pemText, "\n", `\n`), "expirationDate": "9999-12-31T23:59:59-23:59"},
		{"key": strings.ReplaceAll(pemText, "\n", "\r\n"), "expirationDate": "0000-01-01T00:00:00+23:59"},
		{"key": pkcs1(rsa1024())},
		{"key": pkcs8(ec256())},
		{"key": pemText + "behind"},
		{"key": pemText[:200]},
		{"type": pemText, "userId": pemText, "keyId": pemText, "key": 7},
		{"keyId": "a b", "userId": "\u202e"},
		{"keyId": nil},
		{"type": "service_account", "key": nil, "private_key": pemText, "keyId": nil, "KEY_ID": "1"},
	} {
		f.Add(document(with(serviceAccount(), changes)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := key.Parse(data); err != nil {
			checkError(t, err, quotable(data))
		} else {
			checkKey(t, k)
		}
	})
}

// FuzzPrivateKey fuzzes the type, the headers and the DER of a PEM. If Parse accepts the PEM,
// crypto/x509 must parse the same key.
func FuzzPrivateKey(f *testing.F) {
	f.Add("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa2048()), "")
	f.Add("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(rsa2048())), "")
	f.Add("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ec256())), "")
	f.Add("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(edwards())), "")
	f.Add("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa1024()), "")
	f.Add("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec256())), "")
	f.Add("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa2048()), "DEK-Info: AES-256-CBC,00")
	f.Add("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&rsa2048().PublicKey)), "")
	f.Add("CERTIFICATE", certificate(), "")
	f.Add("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa2048())[:600], "")
	f.Add("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(rsa2048()))[:600], "")
	f.Fuzz(func(t *testing.T, kind string, der []byte, header string) {
		if header != "" {
			header += "\n\n"
		}
		body, _ := strings.CutPrefix(block("X", der), "-----BEGIN X-----\n")
		body = strings.TrimSuffix(body, "-----END X-----\n")
		text := "-----BEGIN " + kind + "-----\n" + header + body + "-----END " + kind + "-----\n"
		data := document(with(serviceAccount(), map[string]any{"key": text}))
		k, err := key.Parse(data)
		if err != nil {
			checkError(t, err, quotable(data))
			return
		}
		checkKey(t, k)
		read, _ := pem.Decode([]byte(text))
		if read == nil || !same(t, k, read) {
			t.Errorf("got a different key from the %q PEM than crypto/x509", kind)
		}
	})
}

// same reports whether k is the key that the standard library parses from read.
func same(t *testing.T, k *key.Key, read *pem.Block) bool {
	t.Helper()
	var want *rsa.PrivateKey
	switch read.Type {
	case "RSA PRIVATE KEY":
		want = must(x509.ParsePKCS1PrivateKey(read.Bytes))
	case "PRIVATE KEY":
		want, _ = must(x509.ParsePKCS8PrivateKey(read.Bytes)).(*rsa.PrivateKey)
	}
	if want == nil {
		return false
	}
	return must(k.PublicPEM()) == block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&want.PublicKey)))
}

// quotable returns the parts of a key JSON that a fault is allowed to contain: the names of the
// members, the value of "type", and the types of the PEM blocks in "key".
func quotable(data []byte) string {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	var members map[string]any
	if json.Unmarshal(data, &members) != nil {
		data = regexp.MustCompile(`\\?[\n\r\t\v\f]`).ReplaceAll(data, []byte(" "))
		if members = nil; json.Unmarshal(data, &members) != nil {
			return ""
		}
	}
	var b strings.Builder
	add := func(text string) { b.WriteString(fault.Printable(text, math.MaxInt) + "\n") }
	for name := range members {
		add(name)
	}
	kind, _ := members["type"].(string)
	add(strings.TrimSpace(kind))
	text, _ := members["key"].(string)
	for _, after := range strings.Split(text, "-----BEGIN ")[1:] {
		kind, _, _ := strings.Cut(after, "-----")
		add(kind)
	}
	return b.String()
}

// longText matches a sequence of characters that is too long to be a word, so it could be part of a
// key or an assertion.
var longText = regexp.MustCompile(`[A-Za-z0-9+/=_-]{16,}`)

// checkError checks that each fault in an error from [key.Parse] is short and passes checkValues.
func checkError(t *testing.T, err error, quotable string) {
	t.Helper()
	for _, f := range faults(t, err) {
		if text := f.Error(); len(text) > 1000 {
			t.Errorf("got a fault of %d bytes, want at most 1000: %q", len(text), text)
		}
		checkValues(t, f, quotable)
	}
}

// checkValues checks that err is a fault with a known code, that its values are printable, and that
// any long text in them is part of quotable.
func checkValues(t *testing.T, err error, quotable string) {
	t.Helper()
	f := asFault(err)
	if f == nil {
		t.Errorf("got error %q (%T), want a fault", err, err)
		return
	}
	if !isCode(f.Code) {
		t.Errorf("got the unknown code %q", f.Code)
	}
	for name, value := range f.Values {
		switch v := value.(type) {
		case error:
			checkValues(t, v, quotable)
		case string:
			if strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("value %s of %q is not printable: %q", name, f.Code, v)
			}
			for _, found := range longText.FindAllString(v, -1) {
				if !strings.Contains(quotable, found) {
					t.Errorf("value %s of %q contains %q, which is not quotable", name, f.Code, found)
				}
			}
		case int:
		case []string:
			if name != "steps" {
				t.Errorf("value %s of %q is a list, but only steps can be a list", name, f.Code)
			}
		default:
			t.Errorf("value %s of %q has the unexpected type %T", name, f.Code, value)
		}
	}
}

// isCode reports whether an error from [key.Parse] or [key.ParseAssertion] can contain the code.
func isCode(code string) bool {
	return slices.Contains([]string{
		"key-json-too-large", "key-json-empty", "key-json-is-pem", "key-json-wrapped", "key-json-is-path",
		"key-json-several", "key-json-without-key", "key-json-truncated", "key-json-is-google", "key-json-is-token",
		"key-json-is-jwt", "key-json-is-der", "key-json-is-encoded",
		"key-json-is-jwk", "key-json-is-client-secret", "key-json-is-page", "key-json-is-reference",
		"key-json-is-yaml", "key-member-encoded", "key-member-is-key-json", "key-is-certificate", "key-is-ssh",
		"key-json-invalid", "key-json-not-object", "key-member-missing", "key-member-renamed", "key-member-empty",
		"value-reference", "key-member-repeated",
		"key-member-not-string", "key-member-not-id", "key-id-missing", "key-type-google", "key-type-unknown",
		"key-expiration-invalid", "key-not-pem", "key-pem-trailing", "key-encrypted", "key-is-ec",
		"key-is-public", "key-not-rsa", "key-pem-type", "key-damaged", "key-size",
		"assertion-not-jwt", "assertion-without-signature", "assertion-payload-invalid",
		"assertion-claim-invalid", "member-type", "member-out-of-range", "member-not-time",
	}, code)
}

// signedBefore contains the public keys of the keys with which checkKey has already signed. checkKey
// signs only once with each key, because signing is slow.
var signedBefore sync.Map

// checkKey checks that every part of a key is usable.
func checkKey(t *testing.T, k *key.Key) {
	t.Helper()
	id := regexp.MustCompile(`^[!-~]{1,100}$`)
	user, application := k.Type == key.ServiceAccount, k.Type == key.Application
	if user == application || k.ID != "" && !id.MatchString(k.ID) || !id.MatchString(k.Subject()) ||
		application && !id.MatchString(k.AppID) {
		t.Errorf("got %s key %q of %q, application %q; want valid IDs", k.Type, k.ID, k.Subject(), k.AppID)
	}
	if fmt.Sprintf("%+v", k) != "[redacted]" || k.Bits() < 2048 {
		t.Errorf("got key %+v of %d bits, want [redacted] and at least 2048 bits", k, k.Bits())
	}
	checkExpressible(t, k.ExpiresAt)
	if thumbprint, err := k.Thumbprint(); err != nil || len(thumbprint) != 43 {
		t.Errorf("got thumbprint %q, error %v; want 43 characters", thumbprint, err)
	}
	public, err := k.PublicPEM()
	if err != nil {
		t.Fatal(err)
	}
	if _, before := signedBefore.LoadOrStore(public, true); before {
		return
	}
	read, _ := pem.Decode([]byte(public))
	signed, err := k.Sign([]string{"https://z.example"}, someTime, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	jws := must(jose.ParseSignedCompact(signed.Text.Reveal(), []jose.SignatureAlgorithm{jose.RS256}))
	if _, err := jws.Verify(must(x509.ParsePKIXPublicKey(read.Bytes))); err != nil {
		t.Error(err)
	}
}

// checkExpressible checks that a time is in UTC, and that RFC 3339 can express it.
func checkExpressible(t *testing.T, at time.Time) {
	t.Helper()
	again, err := time.Parse(time.RFC3339Nano, at.Format(time.RFC3339Nano))
	if err != nil || !again.Equal(at) || at.Location() != time.UTC {
		t.Errorf("got %s, want a time in UTC that RFC 3339 can express: %v", at, err)
	}
}
