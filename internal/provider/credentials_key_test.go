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

// Each invalid key is reported with the argument or the member and a next step, in the
// provider block as well as in the credentials of a block.
func TestInvalidKeys(t *testing.T) {
	skipTable(t)
	t.Setenv("GODEBUG", "rsa1024min=0") // to make a key that is too small
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
		Key string `json:"key"`
	}
	if err := json.Unmarshal(service, &key); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, c := range map[string]struct {
		argument, value string
		words           []string
	}{
		"no such file":    {"key_file", filepath.Join(folder, "none.json"), []string{"There is no file", "none.json"}},
		"a folder":        {"key_file", folder, []string{"folder"}},
		"over 64 KiB":     {"key_file", acctest.WriteFile(t, folder, "big.json", make([]byte, 64<<10+1)), []string{"64 KiB"}},
		"not JSON":        {"key_json", "canary", []string{"not JSON"}},
		"not JSON, file":  {"key_file", acctest.WriteFile(t, folder, "text.json", []byte("canary")), []string{"text.json", "not JSON"}},
		"array":           {"key_json", "[]", []string{"an array"}},
		"string":          {"key_json", `"canary"`, []string{"a string"}},
		"base64":          {"key_json", base64.StdEncoding.EncodeToString(service), []string{"base64decode"}},
		"bare PEM":        {"key_json", key.Key, []string{"jsonencode"}},
		"all missing":     {"key_json", `{"type": "application"}`, []string{`"keyId" is missing`, `"key" is missing`, `"clientId" is missing`, `"appId" is missing`}},
		"type missing":    {"key_json", acctest.ChangeKey(t, service, object{"type": nil}), []string{`"type" is missing`}},
		"type unknown":    {"key_json", acctest.ChangeKey(t, service, object{"type": "user"}), []string{`"user"`, `"serviceaccount"`}},
		"user id missing": {"key_json", acctest.ChangeKey(t, service, object{"userId": nil}), []string{`"userId" is missing`}},
		"other names":     {"key_json", `{"type": "application", "client_id": "1", "key_id": "2", "private_key": "canary"}`, []string{`rename that to "clientId"`, `rename that to "keyId"`, `rename that to "key"`}},
		"PEM broken":      {"key_json", acctest.ChangeKey(t, service, object{"key": strings.Replace(key.Key, "-----END", "canary-----END", 1)}), []string{`"key"`}},
		"PEM cut":         {"key_json", acctest.ChangeKey(t, service, object{"key": key.Key[:len(key.Key)/2]}), []string{`"key" is not a PEM`}},
		"PEM encrypted":   {"key_json", acctest.ChangeKey(t, service, object{"key": acctest.EncodePEM("ENCRYPTED PRIVATE KEY", []byte("canary"))}), []string{"passphrase"}},
		"PEM, EC":         {"key_json", acctest.ChangeKey(t, service, object{"key": acctest.EncodePEM("EC PRIVATE KEY", sec1)}), []string{"EC key"}},
		"PEM, RSA 1024":   {"key_json", acctest.ChangeKey(t, service, object{"key": acctest.EncodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small))}), []string{"RSA key of 1024 bits", "2048 to 8192 bits"}},
		"PEM, public":     {"key_json", acctest.ChangeKey(t, service, object{"key": acctest.EncodePEM("PUBLIC KEY", []byte("canary"))}), []string{"public key"}},
		"ended":           {"key_json", acctest.ChangeKey(t, service, object{"expirationDate": "2020-01-01T00:00:00Z"}), []string{"ended at 2020-01-01T00:00:00Z", "Create a new key"}},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				given := object{c.argument: c.value}
				_, ofProvider := startConfigured(t, object{"issuer": i.URL, c.argument: c.value}).Read(kind, "zitadel_access_token", nil)
				_, ofBlock := startConfigured(t, object{"issuer": i.URL}).Read(kind, "zitadel_access_token", object{"credentials": given})
				acctest.CheckContains(t, ofProvider, c.words...)
				acctest.CheckContains(t, ofBlock, append(c.words, "ERROR [credentials")...)
				for _, found := range []acctest.Diagnostics{ofProvider, ofBlock} {
					if text := found.String(); strings.Contains(text, "canary") || strings.Contains(text, "MII") {
						t.Errorf("key material in %s", text)
					}
				}
				if n := i.Connections(); n != 0 {
					t.Errorf("%d connections: a wrong key is refused before any request", n)
				}
			})
		}
	}
}

// A key is accepted in each encoding in which users have it.
func TestKeyEncodings(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	service := i.World.Service.KeyJSON()
	var whole map[string]string
	if err := json.Unmarshal(service, &whole); err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(whole["key"]))
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"as downloaded":   string(service),
		"CRLF":            acctest.ChangeKey(t, service, object{"key": strings.ReplaceAll(whole["key"], "\n", "\r\n")}),
		"escaped twice":   acctest.ChangeKey(t, service, object{"key": strings.ReplaceAll(whole["key"], "\n", `\n`)}),
		"PKCS#8":          acctest.ChangeKey(t, service, object{"key": acctest.EncodePEM("PRIVATE KEY", pkcs8)}),
		"no expiry":       acctest.ChangeKey(t, service, object{"expirationDate": nil}),
		"parts together":  acctest.ChangeKey(t, []byte("{}"), object{"type": "serviceaccount", "userId": whole["userId"], "keyId": whole["keyId"], "key": whole["key"]}),
		"byte order mark": "\ufeff" + string(service),
	} {
		t.Run(name, func(t *testing.T) {
			startConfigured(t, object{"issuer": i.URL, "key_json": text}).MustRead("data", "zitadel_access_token", nil)
		})
	}
}

// There is one warning in a process about a key that expires soon, not one per block.
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
					acctest.CheckContains(t, found, "WARNING", "Key ends soon", soon)
				}
			}
			if want := map[bool]int{true: 1, false: 0}[c.warned]; warnings != want {
				t.Errorf("%d warnings, want %d", warnings, want)
			}
			if n := i.Requests(optest.Token); n != 1 {
				t.Errorf("%d token requests", n)
			}
		})
	}
}

// A key file is read once. That it does not exist is not cached, because the run may
// write it.
func TestKeyFileWrittenDuringRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := filepath.Join(folder, "late.json")
	p := startConfigured(t, object{"issuer": "https://issuer.example", "key_file": at})
	if _, found := p.Read("data", "zitadel_client_assertion", object{}); !acctest.ContainsAll(found.String(), at) {
		t.Errorf("without the file: %s", found)
	}
	acctest.WriteFile(t, folder, "late.json", acctest.World().Service.KeyJSON())
	p.MustRead("data", "zitadel_client_assertion", object{})
	if err := os.Remove(at); err != nil {
		t.Fatal(err)
	}
	p.MustRead("data", "zitadel_client_assertion", object{})
}
