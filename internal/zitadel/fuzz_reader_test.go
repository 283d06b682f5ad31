package zitadel_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// claimNames are those that no other name may be mistaken for.
var claimNames = []string{
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "active", "username", "token_type", "auth_time",
	"act", "azp", "at_hash", "c_hash", "s_hash", "nonce", "events", "urn:zitadel:iam:org:project:roles", "urn:zitadel:iam:user:metadata",
	"urn:zitadel:iam:user:resourceowner:id", "urn:zitadel:iam:user:resourceowner:name", "urn:zitadel:iam:user:resourceowner:primary_domain",
}

// projectRoles matches the claims of roles in one project, in any letter case.
var projectRoles = regexp.MustCompile(`^(?i:urn:zitadel:iam:org:project:)(?s:.+)(?i::roles)$`)

// unambiguous is a second opinion on a JSON object: its members, if all who read
// it must see the same.
func unambiguous(data []byte, decisive ...string) (map[string]json.RawMessage, bool) {
	if !utf8.Valid(data) || !uniqueNames(data, append(decisive, claimNames...)) {
		return nil, false
	}
	var members map[string]json.RawMessage
	return members, json.Unmarshal(data, &members) == nil && members != nil
}

// uniqueNames walks through a document with a stack of its own.
func uniqueNames(data []byte, decisive []string) bool {
	type scope struct {
		names map[string]bool // nil for an array
		value bool            // the next token is the value of a member
	}
	var open []*scope
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	for first := true; ; first = false {
		token, err := decoder.Token()
		if err == io.EOF {
			return !first && len(open) == 0
		}
		if err != nil || !first && len(open) == 0 || first && token != json.Delim('{') {
			return false
		}
		if number, ok := token.(json.Number); ok {
			if _, err := number.Float64(); err != nil {
				return false
			}
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if len(open) > 0 && open[len(open)-1].names != nil && !open[len(open)-1].value {
			name, _ := token.(string)
			top := open[len(open)-1]
			if top.names[name] || len(open) == 1 && looksLike(name, decisive) {
				return false
			}
			if len(open) == 1 && projectRoles.MatchString(name) {
				misspelled := !strings.HasPrefix(name, "urn:zitadel:iam:org:project:") || !strings.HasSuffix(name, ":roles")
				if misspelled || looksLike(name, slices.Collect(maps.Keys(top.names))) {
					return false
				}
			}
			top.names[name], top.value = true, true
			continue
		}
		if len(open) > 0 {
			open[len(open)-1].value = false
		}
		switch token {
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

// looksLike reports whether a name is another one but for its letters' case.
func looksLike(name string, others []string) bool {
	for _, other := range others {
		if name != other && folded(name) == folded(other) {
			return true
		}
	}
	return false
}

// folded writes each letter as the least of those that Unicode takes for the same.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, text)
}

// textOf is a member that is a string, "" if it is not there.
func textOf(members map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(members[name], &text) != nil {
		return ""
	}
	return text
}
