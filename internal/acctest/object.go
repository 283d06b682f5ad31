package acctest

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

// ReadObject returns the members of a JSON object. It returns false if data is not a JSON object, or
// if two programs could read the object differently: because a name is repeated in any object, a
// top-level name differs from one of names only in letter case, a number does not fit into a
// float64, or values are nested more than 128 levels deep.
//
// family matches the names of roles claims in any letter case, and is nil for a document without
// roles claims. ReadObject also returns false if a top-level name that matches family is not in the
// exact letter case of a roles claim, or differs from an earlier name only in letter case.
//
// The implementation is independent of package object.
func ReadObject(data []byte, names []string, family *regexp.Regexp) (map[string]json.RawMessage, bool) {
	if !utf8.Valid(data) || !isUnambiguous(data, names, family) {
		return nil, false
	}
	var members map[string]json.RawMessage
	return members, json.Unmarshal(data, &members) == nil && members != nil
}

// isUnambiguous performs the checks of ReadObject, with its own stack of open objects and arrays.
func isUnambiguous(data []byte, names []string, family *regexp.Regexp) bool {
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
			if top.names[name] || len(open) == 1 && isConfusable(name, names) {
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

// isConfusable reports whether a name differs from one of the others only in letter case.
func isConfusable(name string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool {
		return name != other && folded(name) == folded(other)
	})
}

// folded replaces each letter with the smallest one that Unicode case folding treats as the same.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		smallest := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			smallest = min(smallest, other)
		}
		return smallest
	}, text)
}
