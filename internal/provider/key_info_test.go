package provider_test

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

func TestKeyInfo(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	expires := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	service := acctest.ChangeKey(t, w.Service.KeyJSON(), object{"expirationDate": expires})
	application := string(w.API.KeyJSON())
	path := acctest.WriteFile(t, t.TempDir(), "key.json", []byte(service))
	for name, c := range map[string]struct {
		provider, block object
		wanted          object
	}{
		"service account": {
			nil, object{"key_json": service},
			object{
				"type": "serviceaccount", "user_id": w.Service.ID, "client_id": nil, "app_id": nil,
				"expires_at": expires,
			},
		},
		"application": {
			nil, object{"key_json": application},
			object{"type": "application", "user_id": nil, "client_id": w.API.ClientID, "app_id": w.API.ID},
		},
		"file":           {nil, object{"key_file": path}, object{"type": "serviceaccount"}},
		"provider's key": {object{"key_json": application}, nil, object{"type": "application"}},
		"expired": {
			nil,
			object{
				"key_json": acctest.ChangeKey(
					t, w.Service.KeyJSON(), object{"expirationDate": "2020-01-01T00:00:00Z"},
				),
			},
			object{"expires_at": "2020-01-01T00:00:00Z", "expires_in": 0},
		},
		"expires in 9999": {
			nil,
			object{
				"key_json": acctest.ChangeKey(
					t, w.Service.KeyJSON(), object{"expirationDate": "9999-12-31T23:59:59Z"},
				),
			},
			object{"expires_at": "9999-12-31T23:59:59Z"},
		},
		"no expiry": {
			nil, object{"key_json": acctest.ChangeKey(t, w.Service.KeyJSON(), object{"expirationDate": nil})},
			object{"expires_at": nil, "expires_in": nil},
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				got := startConfigured(t, c.provider).MustRead(kind, "zitadel_key_info", c.block)
				for at, want := range c.wanted {
					if got[at] != want {
						t.Errorf("%s is %v, want %v", at, got[at], want)
					}
				}
				block, _ := pem.Decode([]byte(got["public_key_pem"].(string)))
				public, err := x509.ParsePKIXPublicKey(block.Bytes)
				if err != nil {
					t.Fatal(err)
				}
				sum, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
				if err != nil || got["jwk_thumbprint"] != base64.RawURLEncoding.EncodeToString(sum) || got["key_size"] != 2048 ||
					got["key_id"] == nil {
					t.Errorf("thumbprint %v, size %v, key ID %v; want the key's SHA-256 thumbprint, 2048 and a key ID (error %v)",
						got["jwk_thumbprint"], got["key_size"], got["key_id"], err)
				}
			})
		}
	}
}

func TestInvalidKeyInfo(t *testing.T) {
	t.Parallel()
	service := string(acctest.World().Service.KeyJSON())
	secret := object{"client_id": "a", "client_secret": "b"}
	for name, c := range map[string]struct {
		provider, block object
		path, code      string
		value           string // expected text in the message, if any
	}{
		"two forms of key": {
			nil, object{"key_json": service, "key_file": "a"},
			"key_file", "credentials-combined", "key_json and key_file",
		},
		"no such file":  {nil, object{"key_file": "/no/such/file"}, "key_file", "key-file-missing", `"/no/such/file"`},
		"no key":        {nil, nil, "", "key-missing", unableTo("read key")},
		"client secret": {secret, nil, "", "key-missing", unableTo("read key")},
		"not JSON":      {nil, object{"key_json": "canary"}, "key_json", "key-json-invalid", ""},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				_, found := startConfigured(t, c.provider).Read(kind, "zitadel_key_info", c.block)
				checkCodes(t, found, c.code)
				acctest.CheckContains(t, found, "ERROR ["+c.path+"]", c.value)
				if strings.Contains(found.String(), "canary") {
					t.Errorf("the diagnostics contain a secret:\n%s", found)
				}
			})
		}
	}
}

// If the key is missing because environment variables are empty, the message must name them.
func TestKeyInfoWithEmptyVariables(t *testing.T) {
	t.Setenv("ZITADEL_KEY_FILE", "")
	t.Setenv("ZITADEL_KEY_JSON", "")
	for _, kind := range acctest.Kinds {
		_, found := startConfigured(t, nil).Read(kind, "zitadel_key_info", nil)
		checkCodes(t, found, "key-missing")
		acctest.CheckContains(t, found, "Empty environment variables: ZITADEL_KEY_JSON and ZITADEL_KEY_FILE.")
	}
}
