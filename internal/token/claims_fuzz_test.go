package token_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// FuzzClaimGuard decodes JWTs with arbitrary payloads. It checks that a JWT is accepted if
// and only if no two programs can read its claims differently.
func FuzzClaimGuard(f *testing.F) {
	for _, jwt := range recordedJWTs(f) {
		f.Add([]byte(jwt.claims))
	}
	for _, claims := range unusualClaims() {
		f.Add([]byte("{" + claims + "}"))
	}
	for _, text := range []string{
		``, ` {} `, `{}{}`, `{}}`, `[{}]`, `null`, `"{}"`, `{"a":01}`, `{"a":1 "b":2}`, `{"a"}`, `{,}`, `{"":1,"":2}`,
		`{"\u0073ub":1,"sub":2}`, "{\"to\u212aen_type\":1}", "{\"\xff\":1}", `[]`, `{"a":[{"b":{}},{"b":[]}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, claims, err := token.DecodeJWT(encode(`{"alg":"RS256"}`) + "." + encode(string(data)) + ".")
		if err != nil {
			checkShowable(t, err.Error())
		}
		_, isUnambiguous := readClaims(data)
		if isUnambiguous != (err == nil) || err == nil && string(claims) != string(data) {
			t.Errorf("got %q, error %v; want claims only if they are unambiguous (%t)", claims, err, isUnambiguous)
		}
	})
}

// unusualClaims returns members that are hard to decode, as seeds for the fuzzer.
func unusualClaims() []string {
	const project = `"urn:zitadel:iam:org:project:`
	return []string{
		`"exp":253402300799.9,"iat":0,"nbf":-0.0,"auth_time":1e3`, `"exp":253402300800`, `"exp":-1e-300`, `"exp":"1"`,
		`"aud":"a"`, `"aud":["a",null]`, `"aud":null`, `"aud":[""]`, `"SUB":"a"`, `"Azp":"a"`, `"ſub":"a"`,
		`"a":{"b":1,"b":2}`, `"scope":" a\tb\u00a0c "`, project + `1:Roles":{}`,
		project + `a:roles":{},` + project + `A:roles":{}`, project + `roleſ":{}`, project + `:roles":{}`,
		project + `1:roles":null`, project + `roles":{"reader":{"400663538571480102":"a"}}`,
		project + `1:roles":7,` + project + `2:roles":7`, `"act":{"sub":"1","iss":"2","act":{"Sub":"3"}}`, `"act":[]`,
		`"urn:zitadel:iam:user:metadata":{"a":"cmVk","b":"_w","c":"-_-_","d":"!"}`,
		`"urn:zitadel:iam:user:resourceowner:id":"1"`, `"client_id":"` + canary + `"`, `"exp":"` + canary + `"`,
		`"act":"` + canary + `","aud":{"a":"` + canary + `"}`, `"` + canary + `":1,"` + canary + `":2`,
		`"a":` + strings.Repeat("[", 127) + strings.Repeat("]", 127),
		`"a":` + strings.Repeat("[", 128) + strings.Repeat("]", 128), `"\ud800":1,"\udc00":2`,
	}
}

// checkClaims checks decoded claims against the members of their document.
func checkClaims(t *testing.T, c *token.Claims, body []byte, members map[string]json.RawMessage) {
	t.Helper()
	for name, got := range map[string]string{
		"client_id": c.ClientID, "sub": c.Subject, "username": c.Username, "iss": c.Issuer, "jti": c.JWTID,
		"token_type": c.TokenType, "scope": strings.Join(c.Scopes, " "),
	} {
		want := textOf(members, name)
		if name == "scope" {
			want = strings.Join(strings.Fields(want), " ")
		}
		if got != want {
			t.Errorf("got %s %q, want %q", name, got, want)
		}
	}
	for name, got := range map[string]time.Time{
		"iat": c.IssuedAt, "nbf": c.NotBefore, "exp": c.ExpiresAt, "auth_time": c.AuthTime,
	} {
		var seconds *float64
		raw, isPresent := members[name]
		if isPresent && json.Unmarshal(raw, &seconds) != nil || (seconds == nil) != got.IsZero() ||
			seconds != nil && got.Unix() != int64(*seconds) {
			t.Errorf("got %s %s, want %s", name, got, raw)
		}
		again, err := time.Parse(time.RFC3339, got.Format(time.RFC3339))
		if err != nil || !again.Equal(got) || got.Location() != time.UTC {
			t.Errorf("got %s %s, want a time in UTC that RFC 3339 can express: %v", name, got, err)
		}
	}
	if c.JSON != string(bytes.TrimSpace(body)) || !utf8.ValidString(c.JSON) {
		t.Errorf("got JSON %q, want the document", c.JSON)
	}
	for project, roles := range c.RolesByProject {
		var want token.Roles
		err := json.Unmarshal(members["urn:zitadel:iam:org:project:"+project+":roles"], &want)
		if err != nil || !reflect.DeepEqual(roles, want) {
			t.Errorf("got roles %v in project %q, want %v", roles, project, want)
		}
	}
	var metadata map[string]string
	_ = json.Unmarshal(members["urn:zitadel:iam:user:metadata"], &metadata)
	for name, got := range c.Metadata {
		value := strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(metadata[name])
		decoded, err := base64.RawURLEncoding.DecodeString(value)
		if !utf8.ValidString(got) || got != metadata[name] && (err != nil || got != string(decoded)) {
			t.Errorf("got metadata %q for %q, want %q or the text that it encodes", got, name, metadata[name])
		}
	}
}

// readClaims is a second implementation of the rules for objects that contain claims. It
// returns the members, and whether all programs read the object in the same way. The names
// in more are those of other members that the caller uses.
func readClaims(data []byte, more ...string) (map[string]json.RawMessage, bool) {
	return acctest.ReadObject(data, append(more,
		"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "active", "username", "token_type",
		"auth_time", "act", "azp", "at_hash", "c_hash", "s_hash", "nonce", "events",
		"urn:zitadel:iam:org:project:roles", "urn:zitadel:iam:user:metadata", "urn:zitadel:iam:user:resourceowner:id",
		"urn:zitadel:iam:user:resourceowner:name", "urn:zitadel:iam:user:resourceowner:primary_domain",
	), regexp.MustCompile(`^(?i:urn:zitadel:iam:org:project:)(?s:.+)(?i::roles)$`))
}

// textOf returns the value of a member if it is a string, and "" otherwise.
func textOf(members map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(members[name], &text) != nil {
		return ""
	}
	return text
}
