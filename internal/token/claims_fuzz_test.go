package token_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// FuzzClaimGuard decodes JWTs with any payload. Exactly those are accepted whose claims
// two programs cannot read differently.
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
			t.Errorf("%q, %v, want success %t", claims, err, isUnambiguous)
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
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, got := range map[string]time.Time{
		"iat": c.IssuedAt, "nbf": c.NotBefore, "exp": c.ExpiresAt, "auth_time": c.AuthTime,
	} {
		var seconds *float64
		raw, isPresent := members[name]
		if isPresent && json.Unmarshal(raw, &seconds) != nil || (seconds == nil) != got.IsZero() ||
			seconds != nil && got.Unix() != int64(*seconds) {
			t.Errorf("%s is %s, want %s", name, got, raw)
		}
		again, err := time.Parse(time.RFC3339, got.Format(time.RFC3339))
		if err != nil || !again.Equal(got) || got.Location() != time.UTC {
			t.Errorf("%s is %s, which cannot be written in RFC 3339: %v", name, got, err)
		}
	}
	if c.JSON != string(bytes.TrimSpace(body)) || !utf8.ValidString(c.JSON) {
		t.Error("JSON is a different document")
	}
	for project, roles := range c.RolesByProject {
		var want token.Roles
		err := json.Unmarshal(members["urn:zitadel:iam:org:project:"+project+":roles"], &want)
		if err != nil || !reflect.DeepEqual(roles, want) {
			t.Errorf("roles in %q are %v, want %v", project, roles, want)
		}
	}
	var metadata map[string]string
	_ = json.Unmarshal(members["urn:zitadel:iam:user:metadata"], &metadata)
	for name, got := range c.Metadata {
		value := strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(metadata[name])
		decoded, err := base64.RawURLEncoding.DecodeString(value)
		if !utf8.ValidString(got) || got != metadata[name] && (err != nil || got != string(decoded)) {
			t.Errorf("metadata %q is %q, decoded from %q", name, got, metadata[name])
		}
	}
}

// readClaims is a second implementation of the rules for objects of claims: it returns
// the members, and whether all programs must read the same. The names in more must not be
// confused either.
func readClaims(data []byte, more ...string) (map[string]json.RawMessage, bool) {
	return readObject(data, append(more,
		"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "active", "username", "token_type",
		"auth_time", "act", "azp", "at_hash", "c_hash", "s_hash", "nonce", "events",
		"urn:zitadel:iam:org:project:roles", "urn:zitadel:iam:user:metadata", "urn:zitadel:iam:user:resourceowner:id",
		"urn:zitadel:iam:user:resourceowner:name", "urn:zitadel:iam:user:resourceowner:primary_domain",
	), regexp.MustCompile(`^(?i:urn:zitadel:iam:org:project:)(?s:.+)(?i::roles)$`))
}

// readObject is readClaims for other names. family matches names of roles claims in any
// letter case; it is nil for a document without them.
func readObject(data []byte, names []string, family *regexp.Regexp) (map[string]json.RawMessage, bool) {
	if !utf8.Valid(data) || !hasUniqueNames(data, names, family) {
		return nil, false
	}
	var members map[string]json.RawMessage
	return members, json.Unmarshal(data, &members) == nil && members != nil
}

// hasUniqueNames walks through a document with its own stack.
func hasUniqueNames(data []byte, decisive []string, family *regexp.Regexp) bool {
	type scope struct {
		names   map[string]bool // nil for an array
		isValue bool            // the next token is the value of a member
	}
	var open []*scope
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	for isFirst := true; ; isFirst = false {
		part, err := decoder.Token()
		if err == io.EOF {
			return !isFirst && len(open) == 0
		}
		if err != nil || !isFirst && len(open) == 0 || isFirst && part != json.Delim('{') {
			return false
		}
		if number, ok := part.(json.Number); ok {
			if _, err := number.Float64(); err != nil {
				return false
			}
		}
		if part == json.Delim('}') || part == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if len(open) > 0 && open[len(open)-1].names != nil && !open[len(open)-1].isValue {
			name, _ := part.(string)
			top := open[len(open)-1]
			if top.names[name] || len(open) == 1 && isConfusable(name, decisive) {
				return false
			}
			if len(open) == 1 && family != nil && family.MatchString(name) {
				isExact := strings.HasPrefix(name, "urn:zitadel:iam:org:project:") && strings.HasSuffix(name, ":roles")
				if !isExact || isConfusable(name, slices.Collect(maps.Keys(top.names))) {
					return false
				}
			}
			top.names[name], top.isValue = true, true
			continue
		}
		if len(open) > 0 {
			open[len(open)-1].isValue = false
		}
		switch part {
		case json.Delim('{'):
			open = append(open, &scope{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, &scope{})
		}
		if len(open) > 128 {
			return false
		}
	}
}

// isConfusable reports whether a name differs from another only by letter case.
func isConfusable(name string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool {
		return name != other && folded(name) == folded(other)
	})
}

// folded replaces each letter by the smallest of those that Unicode folds to the same.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		smallest := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			smallest = min(smallest, other)
		}
		return smallest
	}, text)
}

// textOf returns a member that is a string, and "" for any other.
func textOf(members map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(members[name], &text) != nil {
		return ""
	}
	return text
}
