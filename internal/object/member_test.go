package object

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestMemberFault(t *testing.T) {
	t.Parallel()
	var (
		text    string
		flag    *bool
		number  *float64
		integer int
		texts   []string
		nested  map[string]map[string]string
		object  struct{}
	)
	tests := map[string]struct {
		raw   string
		value any
		want  string // without the member's name; "" for none
	}{
		"string":              {`"a"`, &text, ""},
		"null":                {`null`, &text, ""},
		"missing":             {``, &text, ""},
		"string for a number": {`"SECRET"`, &number, "is a string; expected a number"},
		"number for a string": {`3600`, &text, "is a number; expected a string"},
		"negative fraction":   {`-1.5e3`, &text, "is a number; expected a string"},
		"fraction":            {`1.5`, &integer, "is a number; expected an integer"},
		"too large":           {`1e400`, &number, "is out of range"},
		"boolean":             {`true`, &text, "is a boolean; expected a string"},
		"for a boolean":       {`"true"`, &flag, "is a string; expected a boolean"},
		"object":              {`{"SECRET":1}`, &texts, "is an object; expected an array"},
		"array":               {`["SECRET"]`, &text, "is an array; expected a string"},
		"for an object":       {`[]`, &object, "is an array; expected an object"},
		"element":             {`["SECRET",7]`, &texts, "contains a number; expected strings"},
		"nested":              {`{"SECRET":"SECRET"}`, &nested, "contains a string; expected objects"},
		"nested deeper":       {`{"a":{"b":[]}}`, &nested, "contains an array; expected strings"},
		"white space":         {" [1]", &texts, "contains a number; expected strings"},
		"not JSON":            {`{`, &nested, "has a value that cannot be decoded"},
	}
	for name, test := range tests {
		err := decodeMember(json.RawMessage(test.raw), test.value)
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if got, want := memberFault("x", err), `member "x" `+test.want; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if got, want := claimFault("x", err), `claim "x" `+test.want; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A struct that is decoded as a whole names its member itself.
func TestMemberFaultOfStruct(t *testing.T) {
	t.Parallel()
	var document struct {
		Lifetime *float64 `json:"expires_in"`
		Owner    struct {
			ID string `json:"id"`
		} `json:"owner"`
	}
	for body, want := range map[string]string{
		`{"expires_in":"3600"}`:  `member "expires_in" is a string; expected a number`,
		`{"owner":{"id":7}}`:     `member "owner.id" is a number; expected a string`,
		`{"owner":"CANARY"}`:     `member "owner" is a string; expected an object`,
		`{"expires_in":{"a":1}}`: `member "expires_in" is an object; expected a number`,
	} {
		if got := memberFault("", json.Unmarshal([]byte(body), &document)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestMemberFaultIsPrintable(t *testing.T) {
	t.Parallel()
	got := memberFault("\x1b[31m"+strings.Repeat("x", 5000), errors.New("SECRET"))
	if len(got) > 200 || strings.Contains(got, "\x1b") || strings.Contains(got, "SECRET") {
		t.Errorf("%q", got)
	}
}
