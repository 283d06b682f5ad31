package zitadel_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// writable checks that a time can be written as RFC 3339, and read again.
func writable(t *testing.T, at time.Time) {
	t.Helper()
	if again, err := time.Parse(time.RFC3339, at.Format(time.RFC3339)); err != nil || !again.Equal(at) || at.Location() != time.UTC {
		t.Errorf("the time %s: %v", at, err)
	}
}

// sameClaims checks what was read of claims against the document itself.
func sameClaims(t *testing.T, c *oauth.Claims, body []byte, members map[string]json.RawMessage) {
	t.Helper()
	for name, got := range map[string]string{
		"client_id": c.ClientID, "sub": c.Subject, "username": c.Username, "iss": c.Issuer, "jti": c.JWTID, "token_type": c.TokenType, "scope": strings.Join(c.Scopes, " "),
	} {
		want := textOf(members, name)
		if name == "scope" {
			want = strings.Join(strings.Fields(want), " ")
		}
		if got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, got := range map[string]time.Time{"iat": c.IssuedAt, "nbf": c.NotBefore, "exp": c.ExpiresAt, "auth_time": c.AuthTime} {
		var seconds *float64
		if raw, there := members[name]; there && json.Unmarshal(raw, &seconds) != nil || (seconds == nil) != got.IsZero() || seconds != nil && got.Unix() != int64(*seconds) {
			t.Errorf("%s is %s, want %s", name, got, members[name])
		}
		writable(t, got)
	}
	if c.JSON != string(bytes.TrimSpace(body)) || !utf8.ValidString(c.JSON) {
		t.Error("claims_json is another document")
	}
	for project, roles := range c.RolesByProject {
		var want oauth.Roles
		if err := json.Unmarshal(members["urn:zitadel:iam:org:project:"+project+":roles"], &want); err != nil || !reflect.DeepEqual(roles, want) {
			t.Errorf("roles in %q are %v, want %v", project, roles, want)
		}
	}
	var metadata map[string]string
	_ = json.Unmarshal(members["urn:zitadel:iam:user:metadata"], &metadata)
	for name, got := range c.Metadata {
		decoded, err := base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(metadata[name]))
		if !utf8.ValidString(got) || got != metadata[name] && (err != nil || got != string(decoded)) {
			t.Errorf("metadata %q is %q, came as %q", name, got, metadata[name])
		}
	}
}

// seedClaims gives members that are hard to read.
func seedClaims(add func(claims string)) {
	for _, claims := range []string{
		`"exp":253402300799.9,"iat":0,"nbf":-0.0,"auth_time":1e3`, `"exp":253402300800`, `"exp":-1e-300`, `"exp":"1"`, `"aud":"a"`, `"aud":["a",null]`, `"aud":null`, `"aud":[""]`,
		`"SUB":"a"`, `"Azp":"a"`, `"urn:zitadel:iam:org:project:1:Roles":{}`, `"urn:zitadel:iam:org:project:a:roles":{},"urn:zitadel:iam:org:project:A:roles":{}`, `"urn:zitadel:iam:org:project:roleſ":{}`, `"act":{"sub":"1","iss":"2","act":{"Sub":"3"}}`, `"act":[]`, `"ſub":"a"`, `"a":{"b":1,"b":2}`, `"scope":" a\tb\u00a0c "`, `"urn:zitadel:iam:org:project::roles":{}`, `"urn:zitadel:iam:org:project:1:roles":null`,
		`"urn:zitadel:iam:org:project:roles":{"reader":{"400663538571480102":"a"}}`, `"urn:zitadel:iam:org:project:1:roles":7,"urn:zitadel:iam:org:project:2:roles":7`,
		`"urn:zitadel:iam:user:metadata":{"a":"cmVk","b":"_w","c":"-_-_","d":"!"}`, `"urn:zitadel:iam:user:resourceowner:id":"1"`, `"client_id":"` + canary + `"`, `"` + canary + `":1,"` + canary + `":2`,
		`"a":` + strings.Repeat("[", 127) + strings.Repeat("]", 127), `"a":` + strings.Repeat("[", 128) + strings.Repeat("]", 128), `"\ud800":1,"\udc00":2`,
	} {
		add(claims)
	}
}
