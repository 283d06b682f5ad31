// Package object decodes JSON objects, and rejects those that two programs could read
// differently. It also decodes types of values that occur in several documents. An error
// is a [fault.Fault]; it never contains a value of the document.
package object

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Members decodes a JSON object into its members. It fails like [Unambiguous].
func Members(data []byte, decisive Names) (members map[string]json.RawMessage, err error) {
	if err := Unambiguous(data, decisive); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, fault.New("json-not-object")
	}
	return members, nil
}

// Unambiguous returns an error if data is not a JSON object, repeats a member at any
// depth, or has a top-level member whose name differs from a decisive name only by
// letter case. Case is folded as in Unicode: encoding/json takes "ſub" for "sub".
func Unambiguous(data []byte, decisive Names) error {
	// This comes first because it bounds the depth of the document.
	if !json.Valid(data) {
		return fault.New("json-invalid")
	}
	// encoding/json replaces invalid UTF-8 by U+FFFD. Other programs read it in
	// another way, or not at all (RFC 8259 section 8.1).
	if !utf8.Valid(data) {
		return fault.New("json-not-utf8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return fault.New("json-not-object")
	}
	return uniqueMembers(decoder, decisive.finder(), 1)
}

// maxDepth is the maximum depth of a document. The time that Terraform needs for a value
// is proportional to the square of its depth.
const maxDepth = 128

// uniqueMembers reads an object after its opening brace to its end. No member may
// be confusable with a decisive one; decisive is nil below the top level.
func uniqueMembers(decoder *json.Decoder, decisive *finder, depth int) error {
	if depth > maxDepth {
		return fault.New("json-too-deep", "depth", maxDepth)
	}
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return fault.New("json-invalid")
		}
		name, _ := token.(string)
		if seen[name] {
			return fault.New("member-duplicate", "member", name)
		}
		seen[name] = true
		if other := decisive.confusedWith(name); other != "" {
			return fault.New("member-confusable", "member", name, "other", other)
		}
		if err := uniqueValue(decoder, depth); err != nil {
			return err
		}
	}
	return closing(decoder)
}

// uniqueValue reads one value, including all nested values.
func uniqueValue(decoder *json.Decoder, depth int) error {
	token, err := decoder.Token()
	if err != nil {
		// The document is valid JSON, so the number is too large for a float64.
		// Programs would read different numbers.
		return fault.New("json-number-out-of-range")
	}
	switch token {
	case json.Delim('{'):
		return uniqueMembers(decoder, nil, depth+1)
	case json.Delim('['):
		if depth >= maxDepth {
			return fault.New("json-too-deep", "depth", maxDepth)
		}
		for decoder.More() {
			if err := uniqueValue(decoder, depth+1); err != nil {
				return err
			}
		}
		return closing(decoder)
	}
	return nil
}

func closing(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return fault.New("json-invalid")
	}
	return nil
}
