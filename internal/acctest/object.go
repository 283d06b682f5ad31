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

// ReadObject returns the members of a JSON object, and false if two programs could read it
// differently: a name is repeated in any object, a name at the top differs from one of names
// only by letter case, a number does not fit into a float64, or values are nested more than
// 128 levels deep. It is independent of the implementation in package object. family matches
// names of roles claims in any letter case; it is nil for a document without them.
func ReadObject(data []byte, names []string, family *regexp.Regexp) (map[string]json.RawMessage, bool) {
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
