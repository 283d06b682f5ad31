package key_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// FuzzParse takes anything for a key JSON: what is accepted is a whole key, and
// what is refused is not quoted.
func FuzzParse(f *testing.F) {
	good, pemText := document(serviceAccount()), pkcs1(rsa2048())
	f.Add(good)
	f.Add(document(application()))
	f.Add(append([]byte("\ufeff\r\n"), good...))
	f.Add(good[:len(good)/2])
	f.Add([]byte(pemText))
	f.Add([]byte("null"))
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
		{"type": "service_account", "key": nil, "private_key": pemText, "keyId": nil, "KEY_ID": "1"},
	} {
		f.Add(document(with(serviceAccount(), changes)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := key.Parse(data); err != nil {
			refused(t, err, quotable(data))
		} else {
			whole(t, k)
		}
	})
}

// FuzzPrivateKey goes below the base64 of a PEM: what is taken is the key that
// crypto/x509 reads, and nothing else.
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
		text := "-----BEGIN " + kind + "-----\n" + header + strings.TrimSuffix(body, "-----END X-----\n") + "-----END " + kind + "-----\n"
		data := document(with(serviceAccount(), map[string]any{"key": text}))
		k, err := key.Parse(data)
		if err != nil {
			refused(t, err, quotable(data))
			return
		}
		whole(t, k)
		read, _ := pem.Decode([]byte(text))
		if read == nil || !same(t, k, read) {
			t.Errorf("a PEM of %q is taken for another key than it holds", kind)
		}
	})
}

// same reports whether k is the key that the standard library finds in a PEM.
func same(t *testing.T, k *key.Key, read *pem.Block) bool {
	t.Helper()
	var want *rsa.PrivateKey
	switch read.Type {
	case "RSA PRIVATE KEY":
		want = must(x509.ParsePKCS1PrivateKey(read.Bytes))
	case "PRIVATE KEY":
		want, _ = must(x509.ParsePKCS8PrivateKey(read.Bytes)).(*rsa.PrivateKey)
	}
	return want != nil && must(k.PublicPEM()) == block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&want.PublicKey)))
}

// quotable is what messages about a key JSON may quote: member names, the type,
// and the kind of a PEM.
func quotable(data []byte) string {
	var members map[string]any
	if json.Unmarshal(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))), &members) != nil {
		return ""
	}
	var b strings.Builder
	for name := range members {
		fmt.Fprintf(&b, "%q ", name)
	}
	kind, _ := members["type"].(string)
	fmt.Fprintf(&b, "%q ", strings.TrimSpace(kind))
	text, _ := members["key"].(string)
	for _, after := range strings.Split(text, "-----BEGIN ")[1:] {
		kind, _, _ := strings.Cut(after, "-----")
		fmt.Fprintf(&b, "%q ", kind)
	}
	return b.String()
}

// data are characters in a row that are too many for a word of a message.
var data = regexp.MustCompile(`[A-Za-z0-9+/=_-]{16,}`)

// refused checks that a message is fit for a terminal and quotes nothing but
// what may be quoted.
func refused(t *testing.T, err error, quotable string) {
	t.Helper()
	for member, problem := range faults(t, err) {
		text := member + " " + problem
		if len(text) > 1000 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("the message is %q", text)
		}
		for _, quoted := range data.FindAllString(text, -1) {
			if !strings.Contains(quotable, quoted) {
				t.Errorf("%q holds %q", text, quoted)
			}
		}
	}
}

// haveSigned remembers the keys that have signed, since a signature takes long.
var haveSigned sync.Map

// whole checks that all of a key can be used.
func whole(t *testing.T, k *key.Key) {
	t.Helper()
	id := regexp.MustCompile(`^[!-~]{1,100}$`)
	user, application := k.Type == key.ServiceAccount, k.Type == key.Application
	if user == application || !id.MatchString(k.ID) || !id.MatchString(k.Subject()) || application && !id.MatchString(k.AppID) {
		t.Errorf("%s key %q of %q, application %q", k.Type, k.ID, k.Subject(), k.AppID)
	}
	if fmt.Sprintf("%+v", k) != "[redacted]" || k.Bits() < 2048 {
		t.Errorf("%d bits", k.Bits())
	}
	written(t, k.ExpiresAt)
	if thumbprint, err := k.Thumbprint(); err != nil || len(thumbprint) != 43 {
		t.Errorf("thumbprint %q, %v", thumbprint, err)
	}
	public, err := k.PublicPEM()
	if err != nil {
		t.Fatal(err)
	}
	if _, before := haveSigned.LoadOrStore(public, true); before {
		return
	}
	read, _ := pem.Decode([]byte(public))
	signed, err := k.Sign([]string{"https://z.example"}, someTime, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := must(jose.ParseSignedCompact(signed.Text.Reveal(), []jose.SignatureAlgorithm{jose.RS256})).Verify(must(x509.ParsePKIXPublicKey(read.Bytes))); err != nil {
		t.Error(err)
	}
}

// written checks that a time can be told, and read again.
func written(t *testing.T, at time.Time) {
	t.Helper()
	if again, err := time.Parse(time.RFC3339Nano, at.Format(time.RFC3339Nano)); err != nil || !again.Equal(at) || at.Location() != time.UTC {
		t.Errorf("the time %s: %v", at, err)
	}
}
