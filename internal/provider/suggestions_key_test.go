package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The suggestions in messages about a key JSON must correct the fault.
func TestKeyJSONSuggestions(t *testing.T) {
	checkSuggestions(t, keySuggestions(t, t.TempDir()))
}

// keySuggestions returns the test cases for messages that suggest how to change a key JSON. It writes a
// key to key.json in folder.
func keySuggestions(t *testing.T, folder string) (all []suggestion) {
	t.Helper()
	key := acctest.ServiceKey()
	acctest.WriteFile(t, folder, "key.json", []byte(key))
	var members map[string]string
	if err := json.Unmarshal([]byte(key), &members); err != nil {
		t.Fatal(err)
	}
	change := func(name string, value any) string {
		return acctest.ChangeKey(t, []byte(key), map[string]any{name: value})
	}
	add := func(code, value, text string, convert func(text string) any) {
		all = append(all, suggestion{
			code: code, provider: object{"issuer": "https://z.example", "key_json": value}, block: signing,
			text: text, argument: "provider.key_json", scope: acctest.Scope{Value: value}, convert: convert,
		})
	}
	whole := func(string) any { return key }
	der, _ := pem.Decode([]byte(members["key"]))
	// form is the structure of a key JSON, as the messages show it. filled replaces each "..." in form.
	form := `{"type": "serviceaccount", "keyId": ..., "key": ..., "userId": ...}`
	filled := func(text string) any {
		for _, name := range []string{"keyId", "key", "userId"} {
			text = strings.Replace(text, `"`+name+`": ...`, `"`+name+`": `+strconv.Quote(members[name]), 1)
		}
		return text
	}
	for code, value := range map[string]string{
		"key-json-empty": " ", "key-json-invalid": "{]",
		"key-json-is-der": base64.StdEncoding.EncodeToString(der.Bytes),
		"key-json-is-jwk": `{"kty":"RSA","n":"AQAB","e":"AQAB"}`, "key-json-not-object": "null",
	} {
		add(code, value, form, filled)
	}
	all = append(all, applicationKeySuggestions(t)...)
	yaml := fmt.Sprintf("type: serviceaccount\nkeyId: %q\nuserId: %q\nkey: %q\nlabels:\n- a\n",
		members["keyId"], members["userId"], members["key"])
	add("key-json-is-yaml", yaml, "jsonencode(yamldecode(...))", nil)
	all = append(all, suggestion{
		code: "key-json-is-path", block: signing, argument: "provider.key_file", without: "provider.key_json",
		provider: object{"issuer": "https://z.example", "key_json": "file://" + filepath.Join(folder, "key.json")},
		text:     `without "file://"`, convert: func(string) any { return filepath.Join(folder, "key.json") },
	})
	add("key-json-is-path", filepath.Join(folder, "key.json"), "file(...)", nil)
	renamed := strings.Replace(key, `"keyId"`, `"key_id"`, 1)
	add("key-member-renamed", renamed, `Rename it to "keyId"`, whole)
	number := strings.Replace(key, strconv.Quote(members["keyId"]), "1", 1)
	add("key-member-not-string", number, "quotes", whole)
	add("key-member-not-string", change("expirationDate", 1893456000), "2030-01-31T00:00:00Z", func(text string) any {
		return change("expirationDate", text)
	})
	for name, value := range map[string]any{"key": strings.Split(members["key"], "\n"), "type": 1, "userId": []int{1}} {
		add("key-member-not-string", change(name, value), "unchanged key JSON", whole)
	}
	add("key-member-repeated", strings.Replace(key, "{", `{"keyId":"1",`, 1), "unchanged key JSON", whole)
	add("key-expiration-invalid", change("expirationDate", "soon"), "2030-01-31T00:00:00Z", func(text string) any {
		return change("expirationDate", text)
	})
	lines := strings.Split(strings.TrimSpace(members["key"]), "\n")
	add("key-not-pem", change("key", strings.Join(lines[1:], "\n")), lines[0], func(text string) any {
		return change("key", text+"\n"+strings.Join(lines[1:], "\n"))
	})
	trailing := members["key"] + "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"
	add("key-pem-trailing", change("key", trailing), `"-----END"`, func(string) any {
		before, _, _ := strings.Cut(trailing, "-----BEGIN CERTIFICATE")
		return change("key", before)
	})
	other := strings.ReplaceAll(members["key"], "RSA PRIVATE KEY", "OTHER KEY")
	add("key-pem-type", change("key", other), "RSA PRIVATE KEY", func(text string) any {
		return change("key", strings.ReplaceAll(other, "OTHER KEY", text))
	})
	return all
}

// applicationKeySuggestions returns the test cases for a value that is only a part of an application's key,
// or something else, in each block that requires the key of an application.
func applicationKeySuggestions(t *testing.T) (all []suggestion) {
	t.Helper()
	w := acctest.World()
	add := func(kind, block, argument string, value []byte) {
		var members map[string]string
		if err := json.Unmarshal(value, &members); err != nil {
			t.Fatal(err)
		}
		given := arguments(block)
		if given == nil {
			given = object{}
		}
		given[argument] = object{"key_json": members["key"]}
		ids := strings.NewReplacer(`"KEY-ID"`, strconv.Quote(members["keyId"]),
			`"CLIENT-ID"`, strconv.Quote(members["clientId"]), `"APP-ID"`, strconv.Quote(members["appId"]))
		all = append(all, suggestion{
			code: "key-json-is-pem", kind: kind, block: block, arguments: given, argument: argument,
			provider: object{"issuer": "http://127.0.0.1:1", "max_retries": 0, "key_json": acctest.ServiceKey()},
			text: `jsonencode({ type = "application", keyId = "KEY-ID", key = ..., clientId = "CLIENT-ID", ` +
				`appId = "APP-ID" })`,
			convert: func(text string) any {
				expression := strings.Replace(ids.Replace(text), "key = ...", "key = value", 1)
				return object{"key_json": acctest.Evaluate(t, expression, acctest.Scope{Value: members["key"]})}
			},
		})
		given = maps.Clone(given)
		given[argument] = object{"key_json": "null"}
		all = append(all, suggestion{
			code: "key-json-not-object", kind: kind, block: block, arguments: given, argument: argument,
			provider: object{"issuer": "http://127.0.0.1:1", "max_retries": 0, "key_json": acctest.ServiceKey()},
			text:     `{"type": "application", "keyId": ..., "key": ..., "clientId": ..., "appId": ...}`,
			convert:  func(string) any { return object{"key_json": string(value)} },
		})
	}
	add("data", "zitadel_introspection", "credentials", w.API.KeyJSON())
	add("data", tokenExchangeBlock, "credentials", w.OIDC.KeyJSON())
	add("ephemeral", accessTokenBlock, "revoke_with", w.OIDC.KeyJSON())
	return all
}
