package oauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// object decodes a JSON object into its members. It fails unless the document is
// [unambiguous].
func object(data []byte, also ...string) (members map[string]json.RawMessage, err error) {
	if err := unambiguous(data, also...); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, errors.New("not a JSON object")
	}
	return members, nil
}

// unambiguous returns an error if data is not a JSON object, repeats a member at any
// depth, or has a top-level member whose name differs from a decisive name only by
// letter case. Case is folded as in Unicode: encoding/json takes "ſub" for "sub". The
// decisive names are those of claims (see decisive.go) and those in also.
func unambiguous(data []byte, also ...string) error {
	// First, as it bounds how deep the document is: the walk below does not.
	if !json.Valid(data) {
		return errors.New("not valid JSON")
	}
	// encoding/json reads what is no UTF-8 as U+FFFD, others read it otherwise or
	// not at all (RFC 8259 section 8.1).
	if !utf8.Valid(data) {
		return errors.New("not UTF-8, as JSON must be")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return errors.New("not a JSON object")
	}
	return uniqueMembers(decoder, newDecisiveNames(also), 1)
}

// maxDepth bounds how deep a document is: what Terraform does with a value takes
// the square of it in time.
const maxDepth = 128

var errTooDeep = errors.New("nested more than 128 levels deep")

// uniqueMembers reads an object from behind its opening brace to its end. No member
// may be confusable with a decisive one; decisive is nil below the top level.
func uniqueMembers(decoder *json.Decoder, decisive *decisiveNames, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return errors.New("not valid JSON")
		}
		name, _ := token.(string)
		if seen[name] {
			return fmt.Errorf("the member \"%s\" is there twice", printable(name, 100))
		}
		seen[name] = true
		if other := decisive.confusedWith(name); other != "" {
			return fmt.Errorf("the member \"%s\" can be mistaken for \"%s\"", printable(name, 100), other)
		}
		if err := uniqueValue(decoder, depth); err != nil {
			return err
		}
	}
	return closing(decoder)
}

// uniqueValue reads one value with all that is in it.
func uniqueValue(decoder *json.Decoder, depth int) error {
	token, err := decoder.Token()
	if err != nil {
		// The document is valid, so it can only be this. Whoever reads such a
		// number gets another one, or none.
		return errors.New("a number in it is out of range")
	}
	switch token {
	case json.Delim('{'):
		return uniqueMembers(decoder, nil, depth+1)
	case json.Delim('['):
		if depth >= maxDepth {
			return errTooDeep
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
		return errors.New("not valid JSON")
	}
	return nil
}
