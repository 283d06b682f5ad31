package object_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// document has fields of all types that occur in an issuer's documents.
type document struct {
	AccessToken string   `json:"access_token"`
	ExpiresIn   *float64 `json:"expires_in"`
	Scopes      []string `json:"scopes_supported"`
	Active      *bool    `json:"active"`
	Owner       struct{} `json:"resource_owner"`
	Scope       string   `json:"scope"`
	JSON        string   `json:"-"`
}

// TestDecode checks that the fault for a member of the wrong type contains the member's name and
// the actual and expected types, but not the value. It also checks the faults for a name in the
// wrong letter case and for a repeated name.
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
		t.Errorf("tested %d members, want 6", members)
	}
}

func checkDecode(t *testing.T, body, want string) {
	t.Helper()
	var target document
	checkFault(t, object.Decode([]byte(body), &target), want)
}

// TestDecodeValues checks that each member is decoded into the field whose tag is exactly the
// member's name. The member "-" must not be decoded into the field with the tag "-".
func TestDecodeValues(t *testing.T) {
	t.Parallel()
	body := `{"access_token":"a","expires_in":1.5,"scopes_supported":["b","c"],"active":false,"other":7,"-":"d"}`
	seconds, isActive := 1.5, false
	want := document{AccessToken: "a", ExpiresIn: &seconds, Scopes: []string{"b", "c"}, Active: &isActive, JSON: "e"}
	got := document{JSON: "e"}
	if err := object.Decode([]byte(body), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, error %v; want %+v", got, err, want)
	}
}

// TestDecodeOrder checks that the error describes the first field whose member has the wrong type,
// regardless of the order of the members in the document.
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
