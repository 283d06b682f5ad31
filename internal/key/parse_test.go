package key_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// canary is a secret that tests pass in. It must not appear in any error.
const canary = "CANARY-do-not-print"

func TestParse(t *testing.T) {
	t.Parallel()
	account := key.Key{Type: key.ServiceAccount, ID: "key-1", UserID: "user-1"}
	expires := "2030-01-31T13:00:00+01:00"
	tests := map[string]struct {
		data []byte
		want key.Key
	}{
		"service account": {document(serviceAccount()), account},
		"application": {
			document(application()),
			key.Key{Type: key.Application, ID: "key-2", ClientID: "client-1", AppID: "app-1"},
		},
		"expiration date, converted to UTC": {
			document(with(serviceAccount(), map[string]any{"expirationDate": expires})),
			key.Key{
				Type: key.ServiceAccount, ID: "key-1", UserID: "user-1",
				ExpiresAt: time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC),
			},
		},
		"no expiration date":     {document(with(serviceAccount(), map[string]any{"expirationDate": ""})), account},
		"byte order mark":        {append([]byte("\ufeff"), document(serviceAccount())...), account},
		"surrounding whitespace": {[]byte("\r\n " + string(document(serviceAccount())) + "\r\n"), account},
		"additional member":      {document(with(serviceAccount(), map[string]any{"note": []int{1}})), account},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := key.Parse(test.data)
			if err != nil {
				t.Fatal(err)
			}
			got := key.Key{
				Type: k.Type, ID: k.ID, UserID: k.UserID, ClientID: k.ClientID, AppID: k.AppID, ExpiresAt: k.ExpiresAt,
			}
			if got != test.want {
				fields := func(k key.Key) []any { return []any{k.Type, k.ID, k.UserID, k.ClientID, k.AppID, k.ExpiresAt} }
				t.Errorf("got %v, want %v", fields(got), fields(test.want))
			}
		})
	}
}

func TestParseNotAnObject(t *testing.T) {
	t.Parallel()
	good := document(serviceAccount())
	encoded := base64.StdEncoding.EncodeToString(good)
	tests := map[string]struct{ data, want string }{
		"empty":               {"", `key-json-empty`},
		"blank":               {" \n\t", `key-json-empty`},
		"only a BOM":          {"\ufeff", `key-json-empty`},
		"not JSON":            {canary, `key-json-invalid`},
		"truncated JSON":      {string(good[:len(good)-1]), truncated(good[:len(good)-1])},
		"two documents":       {string(good) + string(good), fmt.Sprintf(`key-json-invalid column=%d line=1`, len(good)+1)},
		"path":                {"secrets/" + canary, `key-json-is-path`},
		"file name":           {canary + ".json", `key-json-is-path`},
		"array":               {`["` + canary + `"]`, `key-json-not-object found="an array"`},
		"string":              {`"` + canary + `"`, `key-json-not-object found="a string"`},
		"number":              {"12", `key-json-not-object found="a number"`},
		"negative number":     {"-1", `key-json-not-object found="a number"`},
		"true":                {"true", `key-json-not-object found="a boolean"`},
		"false":               {"false", `key-json-not-object found="a boolean"`},
		"null":                {"null", `key-json-not-object found="null"`},
		"base64":              {encoded, `key-json-wrapped steps=["base64"]`},
		"base64 on two lines": {encoded[:76] + "\n" + encoded[76:] + "\n", `key-json-wrapped steps=["base64"]`},
		"bare PEM":            {pkcs1(rsa2048()), `key-json-is-pem steps=[]`},
		"too large":           {`{"a":"` + strings.Repeat("a", key.MaxFileSize) + `"}`, `key-json-too-large max_kib=64`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := key.Parse([]byte(test.data))
			if err == nil || k != nil {
				t.Fatalf("got key %v, error %v; want only an error", k, err)
			}
			checkFaults(t, err, map[string]string{"": test.want})
			if strings.Contains(err.Error(), canary) || leaksPEM(err.Error(), pkcs1(rsa2048())) {
				t.Errorf("the error contains part of the document: %q", err)
			}
		})
	}
}

// truncated returns the text of the fault for a truncated document on one line.
func truncated(data []byte) string {
	return fmt.Sprintf("key-json-truncated bytes=%d column=%[1]d line=1", len(data))
}

func TestParseLargestDocument(t *testing.T) {
	t.Parallel()
	good := document(serviceAccount())
	if _, err := key.Parse(append(good, strings.Repeat(" ", key.MaxFileSize-len(good))...)); err != nil {
		t.Errorf("a document of 64 KiB is rejected, want a key: %v", err)
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	type members = map[string]any
	const (
		noType, noKeyID = `key-member-missing member="type"`, `key-id-missing member="keyId"`
		noKey, noUserID = `key-member-missing member="key"`, `key-member-missing member="userId"`
		badDate         = `key-expiration-invalid member="expirationDate"`
	)
	notString := func(member, found string) string {
		return `key-member-not-string found="` + found + `" member="` + member + `"`
	}
	tests := map[string]struct {
		members members
		want    map[string]string // faults, keyed by member
	}{
		"no members": {members{}, map[string]string{"type": noType, "keyId": noKeyID, "key": noKey}},
		"service account without other members": {
			members{"type": "serviceaccount"},
			map[string]string{"keyId": noKeyID, "key": noKey, "userId": noUserID},
		},
		"application without other members": {
			members{"type": "application"},
			map[string]string{
				"keyId": noKeyID, "key": noKey,
				"clientId": `key-member-missing member="clientId"`, "appId": `key-member-missing member="appId"`,
			},
		},
		"empty": {
			members{"type": "", "keyId": "", "key": " ", "userId": ""},
			map[string]string{
				"type": `key-member-empty member="type"`, "keyId": `key-member-empty member="keyId"`,
				"key": `key-member-empty member="key"`,
			},
		},
		"null": {
			with(serviceAccount(), members{"keyId": (*string)(nil), "userId": nil}),
			map[string]string{"keyId": noKeyID, "userId": noUserID},
		},
		"key JSON instead of a private key": {
			with(serviceAccount(), members{"keyId": nil, "key": string(document(application()))}),
			map[string]string{"key": `key-member-is-key-json member="key"`},
		},
		"null and an invalid value": {
			with(serviceAccount(), members{"keyId": (*string)(nil), "userId": (*string)(nil)}),
			map[string]string{"userId": `key-member-empty member="userId"`},
		},
		"unknown type": {
			with(serviceAccount(), members{"type": "robot"}),
			map[string]string{"type": `key-type-unknown found="robot" member="type"`},
		},
		"type from a Google key": {
			with(serviceAccount(), members{"type": "service_account"}),
			map[string]string{"type": `key-type-google member="type"`},
		},
		"long type": {
			with(serviceAccount(), members{"type": strings.Repeat("x", 41)}),
			map[string]string{"type": `key-type-unknown found="" member="type"`},
		},
		"type in different letter case": {
			with(serviceAccount(), members{"type": "ServiceAccount"}),
			map[string]string{"type": `key-type-unknown found="ServiceAccount" member="type"`},
		},
		"application with the service account type": {
			with(application(), members{"type": "serviceaccount"}),
			map[string]string{"userId": noUserID},
		},
		"snake case": {
			members{"type": "application", "key_id": "1", "private_key": canary, "client_id": "2", "app_id": "3"},
			map[string]string{
				"keyId":    `key-member-renamed found="key_id" member="keyId"`,
				"key":      `key-member-renamed found="private_key" member="key"`,
				"clientId": `key-member-renamed found="client_id" member="clientId"`,
				"appId":    `key-member-renamed found="app_id" member="appId"`,
			},
		},
		"member names from a Google key": {
			members{"type": "serviceaccount", "private_key_id": "1", "private_key": canary, "user_id": "3"},
			map[string]string{
				"keyId":  `key-member-renamed found="private_key_id" member="keyId"`,
				"key":    `key-member-renamed found="private_key" member="key"`,
				"userId": `key-member-renamed found="user_id" member="userId"`,
			},
		},
		"wrong JSON types": {
			members{"type": 1, "keyId": true, "key": []string{canary}, "expirationDate": members{"at": canary}},
			map[string]string{
				"type": notString("type", "a number"), "keyId": notString("keyId", "a boolean"),
				"key": notString("key", "an array"), "expirationDate": notString("expirationDate", "an object"),
			},
		},
		"user ID as a number": {
			with(serviceAccount(), members{"userId": 400663551976410150}),
			map[string]string{"userId": notString("userId", "a number")},
		},
		"ID with a space": {
			with(serviceAccount(), members{"keyId": "a b"}),
			map[string]string{"keyId": `key-member-not-id member="keyId"`},
		},
		"ID with a non-ASCII character": {
			with(serviceAccount(), members{"userId": "\u202e"}),
			map[string]string{"userId": `key-member-not-id member="userId"`},
		},
		"ID of 101 characters": {
			with(application(), members{"clientId": strings.Repeat("1", 101)}),
			map[string]string{"clientId": `key-member-not-id member="clientId"`},
		},
		"date in a different format": {
			with(serviceAccount(), members{"expirationDate": "31.01.2030"}),
			map[string]string{"expirationDate": badDate},
		},
		"date without time zone": {
			with(serviceAccount(), members{"expirationDate": "2030-01-31T00:00:00"}),
			map[string]string{"expirationDate": badDate},
		},
		"date in the year 10000 in UTC": {
			with(serviceAccount(), members{"expirationDate": "9999-12-31T23:59:59-01:00"}),
			map[string]string{"expirationDate": badDate},
		},
		"date before the year 0 in UTC": {
			with(serviceAccount(), members{"expirationDate": "0000-01-01T00:00:00+01:00"}),
			map[string]string{"expirationDate": badDate},
		},
		"several kinds of faults": {
			members{"type": "application", "clientId": 7, "key": canary, "expirationDate": "soon"},
			map[string]string{
				"keyId": noKeyID, "clientId": notString("clientId", "a number"),
				"appId": `key-member-missing member="appId"`,
				"key":   `key-not-pem member="key"`, "expirationDate": badDate,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := key.Parse(document(test.members))
			if err == nil {
				t.Fatal("got no error")
			}
			checkFaults(t, err, test.want)
			if strings.Contains(err.Error(), canary) || leaksPEM(err.Error(), pkcs1(rsa2048())) {
				t.Errorf("the error contains a secret: %q", err)
			}
		})
	}
}

// TestParseMisplacedKey checks that the error contains no part of a private key in the wrong member.
func TestParseMisplacedKey(t *testing.T) {
	t.Parallel()
	for _, member := range []string{"type", "keyId", "userId", "expirationDate"} {
		_, err := key.Parse(document(with(serviceAccount(), map[string]any{member: pkcs1(rsa2048())})))
		if err == nil {
			t.Fatalf("a PEM in the %q member is accepted, want an error", member)
		}
		if leaksPEM(err.Error(), pkcs1(rsa2048())) {
			t.Errorf("%s: the error contains the key: %q", member, err)
		}
	}
}

// TestParseTypeOfOtherKind checks that the error contains an invalid type only if the type cannot be part
// of a private key or of a secret.
func TestParseTypeOfOtherKind(t *testing.T) {
	t.Parallel()
	for _, shown := range []string{
		"robot", "ServiceAccount", "service-account", "KEY_TYPE_JSON", "serviceAccountKey", "machine2", "Application",
	} {
		_, err := key.Parse(document(with(serviceAccount(), map[string]any{"type": shown})))
		checkFaults(t, err, map[string]string{"type": `key-type-unknown found="` + shown + `" member="type"`})
	}
	hidden := []string{
		"MIIEowIBAAKCAQEAu1SU1LfVLPHCozMx", "a b", "robot\nrobot", "0123456789abcdef", strings.Repeat("a", 31), "x/y",
		"aGVsbG8sIHdvcmxk", "Grüße", "robot123",
	}
	lines := strings.Split(pkcs1(rsa2048()), "\n")
	for _, line := range lines[1 : len(lines)-2] {
		hidden = append(hidden, line, line[:30], line[:16])
	}
	for _, text := range hidden {
		_, err := key.Parse(document(with(serviceAccount(), map[string]any{"type": text})))
		checkFaults(t, err, map[string]string{"type": `key-type-unknown found="" member="type"`})
		damaged := strings.ReplaceAll(pkcs1(rsa2048()), "RSA PRIVATE KEY", text)
		if _, err := key.Parse(document(with(serviceAccount(), map[string]any{"key": damaged}))); err == nil ||
			strings.Contains(err.Error(), text) {
			t.Errorf("got %v, want an error without the type %q of the PEM", err, text)
		}
	}
}
