package key_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// canary stands in for a secret that no message may repeat.
const canary = "CANARY-do-not-print"

func TestParse(t *testing.T) {
	t.Parallel()
	ends := "2030-01-31T13:00:00+01:00"
	tests := map[string]struct {
		data []byte
		want key.Key
	}{
		"service account": {document(serviceAccount()), key.Key{Type: key.ServiceAccount, ID: "key-1", UserID: "user-1"}},
		"application":     {document(application()), key.Key{Type: key.Application, ID: "key-2", ClientID: "client-1", AppID: "app-1"}},
		"expiration date, told in UTC": {
			document(with(serviceAccount(), map[string]any{"expirationDate": ends})),
			key.Key{Type: key.ServiceAccount, ID: "key-1", UserID: "user-1", ExpiresAt: time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)},
		},
		"no expiration date": {
			document(with(serviceAccount(), map[string]any{"expirationDate": ""})),
			key.Key{Type: key.ServiceAccount, ID: "key-1", UserID: "user-1"},
		},
		"byte order mark": {append([]byte("\ufeff"), document(serviceAccount())...), key.Key{Type: key.ServiceAccount, ID: "key-1", UserID: "user-1"}},
		"space around it": {[]byte("\r\n " + string(document(serviceAccount())) + "\r\n"), key.Key{Type: key.ServiceAccount, ID: "key-1", UserID: "user-1"}},
		"a member nobody asked for": {
			document(with(serviceAccount(), map[string]any{"note": []int{1}})),
			key.Key{Type: key.ServiceAccount, ID: "key-1", UserID: "user-1"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := key.Parse(test.data)
			if err != nil {
				t.Fatal(err)
			}
			got := key.Key{Type: k.Type, ID: k.ID, UserID: k.UserID, ClientID: k.ClientID, AppID: k.AppID, ExpiresAt: k.ExpiresAt}
			if got != test.want {
				t.Errorf("%s %q of user %q, client %q, app %q until %v", got.Type, got.ID, got.UserID, got.ClientID, got.AppID, got.ExpiresAt)
			}
		})
	}
}

func TestParseNotAnObject(t *testing.T) {
	t.Parallel()
	good := document(serviceAccount())
	encoded := base64.StdEncoding.EncodeToString(good)
	tests := map[string]struct{ data, want string }{
		"empty":           {"", "it is empty"},
		"blank":           {" \n\t", "it is empty"},
		"only a BOM":      {"\ufeff", "it is empty"},
		"not JSON":        {canary, "it is not JSON"},
		"truncated JSON":  {string(good[:len(good)-1]), "it is not JSON"},
		"two documents":   {string(good) + string(good), "it is not JSON"},
		"array":           {"[" + string(good) + "]", "an array"},
		"string":          {`"` + canary + `"`, "a string"},
		"number":          {"12", "a number"},
		"negative number": {"-1", "a number"},
		"true":            {"true", "a boolean"},
		"null":            {"null", "null"},
		"base64":          {encoded, "base64decode("},
		"wrapped base64":  {encoded[:76] + "\n" + encoded[76:] + "\n", "base64decode("},
		"bare PEM":        {pkcs1(rsa2048()), "jsonencode({"},
		"too long":        {`{"type":"` + strings.Repeat("a", key.MaxFileSize) + `"}`, "at most 64 KiB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := key.Parse([]byte(test.data))
			if err == nil || k != nil {
				t.Fatalf("it gave the key %v and the error %v", k, err)
			}
			if problem := faults(t, err)[""]; !strings.Contains(problem, test.want) {
				t.Errorf("the error is %q and lacks %q", err, test.want)
			}
			if strings.Contains(err.Error(), canary) || spills(err.Error(), pkcs1(rsa2048())) {
				t.Errorf("the error holds the content: %q", err)
			}
		})
	}
}

func TestParseLargestDocument(t *testing.T) {
	t.Parallel()
	good := document(serviceAccount())
	if _, err := key.Parse(append(good, strings.Repeat(" ", key.MaxFileSize-len(good))...)); err != nil {
		t.Errorf("64 KiB are refused: %v", err)
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	type members = map[string]any
	tests := map[string]struct {
		members members
		want    map[string]string // part of the problem, by member
	}{
		"nothing there": {members{}, map[string]string{"type": "is missing", "keyId": "is missing", "key": "is missing"}},
		"service account without members": {
			members{"type": "serviceaccount"},
			map[string]string{"keyId": "is missing", "key": "is missing", "userId": "is missing"},
		},
		"application without members": {
			members{"type": "application"},
			map[string]string{"keyId": "is missing", "key": "is missing", "clientId": "is missing", "appId": "is missing"},
		},
		"empty": {
			members{"type": "", "keyId": "", "key": " ", "userId": ""},
			map[string]string{"type": "is empty", "keyId": "is empty", "key": "is empty"},
		},
		"null counts as empty": {
			with(serviceAccount(), members{"keyId": (*string)(nil)}),
			map[string]string{"keyId": "is empty"},
		},
		"unknown type":        {with(serviceAccount(), members{"type": "robot"}), map[string]string{"type": `is "robot"`}},
		"type of Google":      {with(serviceAccount(), members{"type": "service_account"}), map[string]string{"type": `ZITADEL writes "serviceaccount"`}},
		"long type":           {with(serviceAccount(), members{"type": strings.Repeat("x", 41)}), map[string]string{"type": strings.Repeat("x", 40) + `..."`}},
		"type in other case":  {with(serviceAccount(), members{"type": "ServiceAccount"}), map[string]string{"type": `"serviceaccount"`}},
		"user of application": {with(application(), members{"type": "serviceaccount"}), map[string]string{"userId": "is missing"}},
		"snake case": {
			members{"type": "application", "key_id": "1", "private_key": canary, "client_id": "2", "app_id": "3"},
			map[string]string{
				"keyId": `it has "key_id": rename that to "keyId"`, "key": `it has "private_key": rename that to "key"`,
				"clientId": `it has "client_id": rename that to "clientId"`, "appId": `it has "app_id": rename that to "appId"`,
			},
		},
		"names of Google": {
			members{"type": "serviceaccount", "private_key_id": "1", "private_key": canary, "user_id": "3"},
			map[string]string{"keyId": `"private_key_id"`, "key": `"private_key"`, "userId": `"user_id"`},
		},
		"wrong JSON types": {
			members{"type": 1, "keyId": true, "key": []string{canary}, "expirationDate": members{"at": canary}},
			map[string]string{"type": "must be a JSON string", "keyId": "must be a JSON string", "key": "must be a JSON string", "expirationDate": "must be a JSON string"},
		},
		"number as user": {with(serviceAccount(), members{"userId": 400663551976410150}), map[string]string{"userId": "must be a JSON string"}},
		"date of another format": {
			with(serviceAccount(), members{"expirationDate": "31.01.2030"}),
			map[string]string{"expirationDate": "RFC 3339"},
		},
		"date without zone": {
			with(serviceAccount(), members{"expirationDate": "2030-01-31T00:00:00"}),
			map[string]string{"expirationDate": "RFC 3339"},
		},
		"date that is in the year 10000 in UTC": {
			with(serviceAccount(), members{"expirationDate": "9999-12-31T23:59:59-01:00"}),
			map[string]string{"expirationDate": "RFC 3339"},
		},
		"date that is before the year 0 in UTC": {
			with(serviceAccount(), members{"expirationDate": "0000-01-01T00:00:00+01:00"}),
			map[string]string{"expirationDate": "RFC 3339"},
		},
		"all at once": {
			members{"type": "application", "clientId": 7, "key": canary, "expirationDate": "soon"},
			map[string]string{
				"keyId": "is missing", "clientId": "must be a JSON string", "appId": "is missing",
				"key": "is not a PEM", "expirationDate": "RFC 3339",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := key.Parse(document(test.members))
			if err == nil {
				t.Fatal("it is taken")
			}
			found := faults(t, err)
			if want, got := slices.Sorted(maps.Keys(test.want)), slices.Sorted(maps.Keys(found)); !slices.Equal(want, got) {
				t.Errorf("faults of %q, want %q", got, want)
			}
			for member, want := range test.want {
				if !strings.Contains(found[member], want) {
					t.Errorf("member %s: %q lacks %q", member, found[member], want)
				}
				if !strings.Contains(err.Error(), member) {
					t.Errorf("the text %q does not name %s", err, member)
				}
			}
			if strings.Contains(err.Error(), canary) || spills(err.Error(), pkcs1(rsa2048())) {
				t.Errorf("the error holds a value: %q", err)
			}
		})
	}
}

// A key that was pasted into the wrong member must not come out in the message
// about that member.
func TestParseKeepsMisplacedKey(t *testing.T) {
	t.Parallel()
	for _, member := range []string{"type", "expirationDate"} {
		_, err := key.Parse(document(with(serviceAccount(), map[string]any{member: pkcs1(rsa2048())})))
		if err == nil {
			t.Fatalf("a PEM as %s is taken", member)
		}
		if spills(err.Error(), pkcs1(rsa2048())) {
			t.Errorf("%s: the error holds the key: %q", member, err)
		}
	}
}
