package object_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// document has a field of each type that occurs in the documents of an issuer.
type document struct {
	AccessToken string   `json:"access_token"`
	ExpiresIn   *float64 `json:"expires_in"`
	Scopes      []string `json:"scopes_supported"`
	Active      *bool    `json:"active"`
	Owner       struct{} `json:"resource_owner"`
	Scope       string   `json:"scope"`
	JSON        string   `json:"-"`
}

// If a member has the wrong type, the fault contains the name, the actual type and the expected
// type of the member, but not its value.
func TestDecode(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"a string": `"CANARY"`, "a number": `1`, "a boolean": `true`, "an array": `["CANARY"]`,
		"an object": `{"CANARY":1}`, "": `null`,
	}
	expected := map[string]string{
		"string": "a string", "*float64": "a number", "[]string": "an array", "*bool": "a boolean",
		"struct {}": "an object",
	}
	kind := reflect.TypeFor[document]()
	members := 0
	for i := range kind.NumField() {
		name := kind.Field(i).Tag.Get("json")
		if name == "-" {
			continue
		}
		members++
		for found, value := range values {
			body, want := fmt.Sprintf(`{%q:%s}`, name, value), ""
			if wantType := expected[kind.Field(i).Type.String()]; found != wantType && found != "" {
				want = fmt.Sprintf(`member-type expected=%q found=%q member=%q`, wantType, found, name)
			}
			checkDecode(t, body, want)
		}
		if kind.Field(i).Type.Kind() == reflect.Slice {
			checkDecode(t, fmt.Sprintf(`{%q:["CANARY",1]}`, name),
				fmt.Sprintf(`member-element-type expected="strings" found="a number" member=%q`, name))
		}
		other := strings.ToUpper(name)
		checkDecode(t, fmt.Sprintf(`{%q:"CANARY"}`, other),
			fmt.Sprintf(`member-confusable member=%q other=%q`, other, name))
		checkDecode(t, fmt.Sprintf(`{%q:null,%[1]q:null}`, name), fmt.Sprintf(`member-duplicate member=%q`, name))
	}
	if members != 6 {
		t.Errorf("got %d members, want 6", members)
	}
}

func checkDecode(t *testing.T, body, want string) {
	t.Helper()
	var target document
	checkFault(t, object.Decode([]byte(body), &target), want)
}

// Each field has the value of the member with exactly the same name. The member "-" is not
// decoded into the field with the tag "-".
func TestDecodeValues(t *testing.T) {
	t.Parallel()
	body := `{"access_token":"a","expires_in":1.5,"scopes_supported":["b","c"],"active":false,"other":7,"-":"d"}`
	seconds, isActive := 1.5, false
	want := document{AccessToken: "a", ExpiresIn: &seconds, Scopes: []string{"b", "c"}, Active: &isActive, JSON: "e"}
	got := document{JSON: "e"}
	if err := object.Decode([]byte(body), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// The error describes the first fault in the order of the fields, regardless of the order of the
// members in the document.
func TestDecodeOrder(t *testing.T) {
	t.Parallel()
	const want = `member-type expected="a string" found="a number" member="access_token"`
	for _, body := range []string{`{"access_token":1,"expires_in":"1"}`, `{"expires_in":"1","access_token":1}`} {
		checkDecode(t, body, want)
	}
}

func TestDecodeInvalidDocument(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		``: "json-invalid", `[]`: "json-not-object", `null`: "json-not-object", "{\"a\":\"\xff\"}": "json-not-utf8",
		`{"a":{"b":1,"b":2}}`: `member-duplicate member="b"`,
	} {
		checkDecode(t, body, want)
	}
}
