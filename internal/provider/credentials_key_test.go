package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"os"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The error about an invalid key must name the faulty argument or member, whether the key is in the
// provider block or in a block's credentials. All faults of a key must be reported at once.
func TestInvalidKeys(t *testing.T) {
	skipTable(t)
	t.Setenv("GODEBUG", "rsa1024min=0") // lets rsa.GenerateKey generate a key that is too small
	service := acctest.World().Service.KeyJSON()
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	var key struct {
		Key    string `json:"key"`
		KeyID  string `json:"keyId"`
		UserID string `json:"userId"`
	}
	if err := json.Unmarshal(service, &key); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name string, content []byte) string { return acctest.WriteFile(t, folder, name, content) }
	changed := func(members object) string { return acctest.ChangeKey(t, service, members) }
	withPEM := func(text string) string { return changed(object{"key": text}) }
	for name, c := range map[string]struct {
		argument, value string
		codes           []string
		values          []string
	}{
		"no such file": {
			"key_file", filepath.Join(folder, "none.json"),
			[]string{"key-file-missing"}, []string{filepath.Join(folder, "none.json")},
		},
		"folder": {"key_file", folder, []string{"key-file-is-folder"}, []string{folder}},
		"over 64 KiB": {
			"key_file", write("big.json", make([]byte, 64<<10+1)),
			[]string{"key-file-too-large"}, []string{"big.json", "64 KiB"},
		},
		"not JSON": {"key_json", "canary", []string{"key-json-invalid"}, nil},
		"not JSON, file": {
			"key_file", write("text.json", []byte("canary")), []string{"key-json-invalid"}, []string{"text.json"},
		},
		"array":    {"key_json", "[]", []string{"key-json-not-object"}, []string{"an array"}},
		"string":   {"key_json", `"canary"`, []string{"key-json-not-object"}, []string{"a string"}},
		"base64":   {"key_json", base64.StdEncoding.EncodeToString(service), []string{"key-json-wrapped"}, nil},
		"bare PEM": {"key_json", key.Key, []string{"key-json-is-pem"}, nil},
		"all members missing": {
			"key_json", `{"type": "application"}`,
			[]string{"key-member-missing", "key-member-missing", "key-member-missing", "key-id-missing"},
			[]string{`"keyId"`, `"key"`, `"clientId"`, `"appId"`},
		},
		"type missing": {"key_json", changed(object{"type": nil}), []string{"key-member-missing"}, []string{`"type"`}},
		"type unknown": {"key_json", changed(object{"type": "user"}), []string{"key-type-unknown"}, []string{`"user"`}},
		"user ID missing": {
			"key_json", changed(object{"userId": nil}), []string{"key-member-missing"}, []string{`"userId"`},
		},
		"key ID missing": {
			"key_json", changed(object{"keyId": nil}), []string{"key-id-missing"}, []string{`"keyId"`},
		},
		"key ID missing, file": {
			"key_file", write("without-id.json", []byte(changed(object{"keyId": nil}))),
			[]string{"key-id-missing"}, []string{`"keyId"`},
		},
		"key ID and type missing": {
			"key_json", changed(object{"keyId": nil, "type": nil}),
			[]string{"key-member-missing", "key-id-missing"}, []string{`"keyId"`, `"type"`},
		},
		"members renamed": {
			"key_json", `{"type": "application", "client_id": "1", "key_id": "2", "private_key": "canary"}`,
			[]string{"key-member-renamed", "key-member-renamed", "key-member-missing", "key-member-renamed"},
			[]string{
				adviceOf("key-member-renamed", "member", "keyId", "found", "key_id"),
				adviceOf("key-member-renamed", "member", "clientId", "found", "client_id"),
				adviceOf("key-member-missing", "member", "appId"),
				adviceOf("key-member-renamed", "member", "key", "found", "private_key"),
			},
		},
		"PEM corrupted": {
			"key_json", withPEM(strings.Replace(key.Key, "-----END", "canary-----END", 1)),
			[]string{"key-damaged"}, []string{`"key"`},
		},
		"PEM truncated": {"key_json", withPEM(key.Key[:len(key.Key)/2]), []string{"key-not-pem"}, []string{`"key"`}},
		"PEM encrypted": {
			"key_json", withPEM(acctest.EncodePEM("ENCRYPTED PRIVATE KEY", []byte("canary"))),
			[]string{"key-encrypted"}, []string{`"key"`},
		},
		"PEM, EC": {
			"key_json", withPEM(acctest.EncodePEM("EC PRIVATE KEY", sec1)), []string{"key-is-ec"}, []string{`"key"`},
		},
		"PEM, RSA 1024": {
			"key_json", withPEM(acctest.EncodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small))),
			[]string{"key-size"}, []string{`"key"`, "1024", "2048", "8192"},
		},
		"PEM, public": {
			"key_json", withPEM(acctest.EncodePEM("PUBLIC KEY", []byte("canary"))),
			[]string{"key-is-public"}, []string{`"key"`},
		},
		"expired": {
			"key_json", changed(object{"expirationDate": "2020-01-01T00:00:00Z"}),
			[]string{"key-expired"}, []string{"2020-01-01T00:00:00Z", key.KeyID, key.UserID},
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				given := object{c.argument: c.value}
				p := startConfigured(t, object{"issuer": i.URL, c.argument: c.value})
				_, providerFound := p.Read(kind, "zitadel_access_token", nil)
				p = startConfigured(t, object{"issuer": i.URL})
				_, blockFound := p.Read(kind, "zitadel_access_token", object{"credentials": given})
				acctest.CheckContains(t, blockFound, "ERROR [credentials")
				for _, found := range []acctest.Diagnostics{providerFound, blockFound} {
					checkCodes(t, found, c.codes...)
					acctest.CheckContains(t, found, c.values...)
					if text := found.String(); strings.Contains(text, "canary") || strings.Contains(text, "MII") {
						t.Errorf("the diagnostics contain key material: %s", text)
					}
				}
				if n := i.Connections(); n != 0 {
					t.Errorf("%d connections, want none: an invalid key must be rejected before any request", n)
				}
			})
		}
	}
}

// All common encodings of a key must be accepted.
func TestKeyEncodings(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	service := i.World.Service.KeyJSON()
	var members map[string]string
	if err := json.Unmarshal(service, &members); err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(members["key"]))
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"as downloaded": string(service),
		"CRLF":          acctest.ChangeKey(t, service, object{"key": strings.ReplaceAll(members["key"], "\n", "\r\n")}),
		"escaped twice": acctest.ChangeKey(t, service, object{"key": strings.ReplaceAll(members["key"], "\n", `\n`)}),
		"PKCS#8":        acctest.ChangeKey(t, service, object{"key": acctest.EncodePEM("PRIVATE KEY", pkcs8)}),
		"no expiry":     acctest.ChangeKey(t, service, object{"expirationDate": nil}),
		"assembled": acctest.ChangeKey(
			t, []byte("{}"),
			object{"type": "serviceaccount", "userId": members["userId"], "keyId": members["keyId"], "key": members["key"]},
		),
		"byte order mark": "\ufeff" + string(service),
	} {
		t.Run(name, func(t *testing.T) {
			startConfigured(t, object{"issuer": i.URL, "key_json": text}).MustRead("data", "zitadel_access_token", nil)
		})
	}
}

// A process must warn only once about a key that expires soon, not once for each block.
func TestKeyExpiryWarning(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(13 * 24 * time.Hour).UTC().Format(time.RFC3339)
	for name, c := range map[string]struct {
		warning any
		warned  bool
	}{"default": {nil, true}, "off": {"0s", false}, "shorter": {"24h", false}} {
		t.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			key := acctest.ChangeKey(t, i.World.Service.KeyJSON(), object{"expirationDate": soon})
			p := startConfigured(t, object{"issuer": i.URL, "key_json": key, "key_expiry_warning": c.warning})
			warnings := 0
			for range 3 {
				_, found := p.Read("data", "zitadel_access_token", nil)
				warnings += len(found)
				if len(found) > 0 {
					checkCodes(t, found, "key-expires-soon")
					acctest.CheckContains(t, found, "WARNING", soon, i.World.Service.ID)
				}
			}
			if want := map[bool]int{true: 1, false: 0}[c.warned]; warnings != want {
				t.Errorf("%d warnings, want %d", warnings, want)
			}
			if n := i.Requests(optest.Token); n != 1 {
				t.Errorf("%d token requests, want 1", n)
			}
		})
	}
}

// A key file must be read only once. A missing file must not be cached, because the run might create
// the file.
func TestKeyFileWrittenDuringRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "late.json")
	p := startConfigured(t, object{"issuer": "https://issuer.example", "key_file": path})
	_, found := p.Read("data", "zitadel_client_assertion", object{})
	checkCodes(t, found, "key-file-missing")
	acctest.CheckContains(t, found, path)
	acctest.WriteFile(t, folder, "late.json", acctest.World().Service.KeyJSON())
	p.MustRead("data", "zitadel_client_assertion", object{})
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	p.MustRead("data", "zitadel_client_assertion", object{})
}
