package object

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// Each member of each document, with a value of each JSON type: the error names the
// member, its type and the expected type, but never its value.
func TestDecodeObjectTypes(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"a string": `"CANARY"`, "a number": `1`, "a boolean": `true`, "an array": `["CANARY"]`, "an object": `{"CANARY":1}`, "": `null`,
	}
	expected := map[string]string{"string": "a string", "*float64": "a number", "[]string": "an array"}
	for _, document := range []any{tokenResponse{}, Configuration{}} {
		kind := reflect.TypeOf(document)
		members := 0
		for i := range kind.NumField() {
			name := kind.Field(i).Tag.Get("json")
			if name == "-" {
				continue
			}
			members++
			for found, value := range values {
				body, want := fmt.Sprintf(`{%q:%s}`, name, value), ""
				if right := expected[kind.Field(i).Type.String()]; found != right && found != "" {
					want = fmt.Sprintf(`member "%s" is %s; expected %s`, name, found, right)
				}
				checkDecoding(t, kind, body, want)
			}
			if kind.Field(i).Type.Kind() == reflect.Slice {
				checkDecoding(t, kind, fmt.Sprintf(`{%q:["CANARY",1]}`, name), `member "`+name+`" contains a number; expected strings`)
			}
			other := strings.ToUpper(name)
			checkDecoding(t, kind, fmt.Sprintf(`{%q:"CANARY"}`, other), `the member "`+other+`" can be mistaken for "`+name+`"`)
			checkDecoding(t, kind, fmt.Sprintf(`{%q:null,%[1]q:null}`, name), `the member "`+name+`" is there twice`)
		}
		if members < 6 {
			t.Errorf("%s: only %d members", kind, members)
		}
	}
}

func checkDecoding(t *testing.T, kind reflect.Type, body, want string) {
	t.Helper()
	got := ""
	if err := decodeObject([]byte(body), reflect.New(kind).Interface()); err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s of %s: %q, want %q", kind, body, got, want)
	}
}

// The first fault by the order of the struct is reported, whatever the order of
// the document.
func TestDecodeObjectOrder(t *testing.T) {
	t.Parallel()
	const want = `member "access_token" is a number; expected a string`
	for _, body := range []string{`{"access_token":1,"expires_in":"1"}`, `{"expires_in":"1","access_token":1}`} {
		var response tokenResponse
		if err := decodeObject([]byte(body), &response); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}
