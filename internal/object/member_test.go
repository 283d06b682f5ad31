package object_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// TestDecodeMember checks that the fault for a member of the wrong type contains the member's name
// and the actual and expected types, but not the value.
func TestDecodeMember(t *testing.T) {
	t.Parallel()
	var (
		text    string
		flag    *bool
		number  *float64
		integer int
		texts   []string
		nested  map[string]map[string]string
		empty   struct{}
		owner   struct {
			ID string `json:"id"`
		}
	)
	mismatch := func(found, expected string) string {
		return fmt.Sprintf(`member-type expected=%q found=%q member="x"`, expected, found)
	}
	element := func(found, expected string) string {
		return fmt.Sprintf(`member-element-type expected=%q found=%q member="x"`, expected, found)
	}
	tests := map[string]struct {
		raw   string
		value any
		want  string // the fault; "" if there is none
	}{
		"string":                     {`"a"`, &text, ""},
		"null":                       {`null`, &text, ""},
		"missing":                    {``, &text, ""},
		"string for a number":        {`"CANARY"`, &number, mismatch("a string", "a number")},
		"number for a string":        {`3600`, &text, mismatch("a number", "a string")},
		"negative, with an exponent": {`-1.5e3`, &text, mismatch("a number", "a string")},
		"fraction":                   {`1.5`, &integer, mismatch("a number", "an integer")},
		"too large":                  {`1e400`, &number, `member-out-of-range member="x"`},
		"boolean for a string":       {`true`, &text, mismatch("a boolean", "a string")},
		"string for a boolean":       {`"true"`, &flag, mismatch("a string", "a boolean")},
		"object for an array":        {`{"CANARY":1}`, &texts, mismatch("an object", "an array")},
		"array for a string":         {`["CANARY"]`, &text, mismatch("an array", "a string")},
		"array for an object":        {`[]`, &empty, mismatch("an array", "an object")},
		"string for a struct":        {`"CANARY"`, &owner, mismatch("a string", "an object")},
		"array element":              {`["CANARY",7]`, &texts, element("a number", "strings")},
		"nested value":               {`{"CANARY":"CANARY"}`, &nested, element("a string", "objects")},
		"deeply nested value":        {`{"a":{"b":[]}}`, &nested, element("an array", "strings")},
		"struct field":               {`{"id":7}`, &owner, element("a number", "strings")},
		"leading whitespace":         {" [1]", &texts, element("a number", "strings")},
		"not JSON":                   {`{`, &nested, `member-undecodable member="x"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := object.DecodeMember("x", json.RawMessage(test.raw), test.value)
			checkFault(t, err, test.want)
			if strings.Contains(fmt.Sprintf("%+v %#v", err, err), "CANARY") {
				t.Errorf("%#v contains the member's value", err)
			}
			if err != nil && errors.Unwrap(err) != nil {
				t.Errorf("the fault wraps %v, which could contain the value; want no wrapped error", errors.Unwrap(err))
			}
		})
	}
}

// TestDecodeMemberUnchanged checks that a missing or null member leaves the variable unchanged.
func TestDecodeMemberUnchanged(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "null"} {
		text, number := "before", new(float64)
		if err := object.DecodeMember("x", json.RawMessage(raw), &text); err != nil || text != "before" {
			t.Errorf("%q: got %q, error %v; want no change", raw, text, err)
		}
		if err := object.DecodeMember("x", json.RawMessage(raw), &number); err != nil || number == nil {
			t.Errorf("%q: got %v, error %v; want no change", raw, number, err)
		}
	}
}

func TestDecodeMemberIsPrintable(t *testing.T) {
	t.Parallel()
	name := "\x1b[31m" + strings.Repeat("x", 5000)
	var text string
	err := object.DecodeMember(name, json.RawMessage(`CANARY`), &text)
	checkFault(t, err, `member-undecodable member="\\u001b[31m`+strings.Repeat("x", 187)+`..."`)
}

func TestDecodeStrings(t *testing.T) {
	t.Parallel()
	for raw, test := range map[string]struct {
		values []string
		want   string // the fault; "" if there is none
	}{
		``:            {nil, ""},
		`null`:        {nil, ""},
		`""`:          {nil, ""},
		`"a"`:         {[]string{"a"}, ""},
		`[]`:          {[]string{}, ""},
		`["a",""]`:    {[]string{"a", ""}, ""},
		`["a",7]`:     {nil, `member-element-type expected="strings" found="a number" member="x"`},
		`7`:           {nil, `member-type expected="an array" found="a number" member="x"`},
		`"unfinished`: {nil, `member-undecodable member="x"`},
	} {
		values, err := object.DecodeStrings("x", json.RawMessage(raw))
		if !reflect.DeepEqual(values, test.values) {
			t.Errorf("%s: got %q, want %q", raw, values, test.values)
		}
		checkFault(t, err, test.want)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	checkFault(t, object.Missing("sub"), `member-missing member="sub"`)
}
