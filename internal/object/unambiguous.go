// Package object decodes JSON objects, and rejects objects that two programs could read
// differently. It also decodes times and base64. Errors about JSON are of type [fault.Fault] and
// never contain a value of the document.
package object

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Members decodes a JSON object into its members. It fails if [Unambiguous] fails.
func Members(data []byte, decisive Names) (members map[string]json.RawMessage, err error) {
	if err := Unambiguous(data, decisive); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, fault.New("json-not-object")
	}
	return members, nil
}

// Unambiguous returns an error if data is not a JSON object in UTF-8, is nested too deeply, or
// contains a number that is too large for a float64. It also returns an error if a member is repeated
// at any depth, or if the name of a top-level member differs from a decisive name only in letter
// case. Unambiguous folds case as Unicode does, because encoding/json accepts "ſub" as "sub".
func Unambiguous(data []byte, decisive Names) error {
	// Check the syntax first, because json.Valid limits the depth of the document.
	if !json.Valid(data) {
		return fault.New("json-invalid")
	}
	// encoding/json replaces invalid UTF-8 with U+FFFD. Other programs may decode it
	// differently or reject it (RFC 8259 section 8.1).
	if !utf8.Valid(data) {
		return fault.New("json-not-utf8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return fault.New("json-not-object")
	}
	return uniqueMembers(decoder, decisive.finder(), 1)
}

// maxDepth is the maximum depth of a document. The time that Terraform takes to process a value
// is proportional to the square of the value's depth.
const maxDepth = 128

// uniqueMembers reads the rest of an object, after its opening brace. It fails if a member is
// repeated or could be confused with a decisive one. Below the top level, decisive is nil.
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

// uniqueValue reads one value, including all nested values. It fails if [uniqueMembers] fails for
// an object, if an array is nested too deeply, or if a number is too large for a float64.
func uniqueValue(decoder *json.Decoder, depth int) error {
	token, err := decoder.Token()
	if err != nil {
		// The document is valid JSON, so a number must be too large for a float64. Programs differ in
		// how they read such a number.
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

// closing reads the closing delimiter of an object or array.
func closing(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return fault.New("json-invalid")
	}
	return nil
}
