package token_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

func TestDecodeIntrospection(t *testing.T) {
	t.Parallel()
	active, err := token.DecodeIntrospection([]byte(`{"active":true,"sub":"1"}`), "app")
	if err != nil || !active.Active || active.ApplicationID != "app" || active.Claims.Subject != "1" {
		t.Errorf("got %+v, error %v; want an active token of subject 1", active, err)
	}
	// For an inactive token, the result must contain only the application, whatever the response contains.
	body := `{"active":false,"sub":"` + canary + `","exp":"never"}`
	inactive, err := token.DecodeIntrospection([]byte(body), "app")
	if err != nil || !reflect.DeepEqual(inactive, &token.Introspection{ApplicationID: "app"}) {
		t.Errorf("got %+v, error %v; want only the application", inactive, err)
	}
}

// mismatch returns the text of the fault for a member that has the wrong type.
func mismatch(member, found, expected string) string {
	return fmt.Sprintf("member-type expected=%q found=%q member=%q", expected, found, member)
}

// element returns the text of the fault for a member with elements of the wrong type.
func element(member, found, expected string) string {
	return fmt.Sprintf("member-element-type expected=%q found=%q member=%q", expected, found, member)
}

func TestDecodeIntrospectionFaults(t *testing.T) {
	t.Parallel()
	const project = "urn:zitadel:iam:org:project:"
	ambiguousActor := func(reason string) string { return `member-ambiguous member="act" reason=(` + reason + ")" }
	tests := map[string]struct{ body, want string }{
		"empty":              {``, "json-invalid"},
		"truncated":          {`{"active":true,"sub":"` + canary, "json-invalid"},
		"array":              {`[]`, "json-not-object"},
		"not UTF-8":          {"{\"active\":true,\"sub\":\"\xff\"}", "json-not-utf8"},
		"no active":          {`{"sub":"` + canary + `"}`, `member-missing member="active"`},
		"null active":        {`{"active":null}`, `member-missing member="active"`},
		"active is a string": {`{"active":"true","sub":"` + canary + `"}`, mismatch("active", "a string", "a boolean")},
		"active is a number": {`{"active":1}`, mismatch("active", "a number", "a boolean")},
		"repeated active":    {`{"active":false,"active":true}`, `member-duplicate member="active"`},
		"ACTIVE":             {`{"active":true,"ACTIVE":false}`, `member-confusable member="ACTIVE" other="active"`},
		"ſub":                {`{"active":true,"sub":"a","ſub":"b"}`, `member-confusable member="ſub" other="sub"`},
		"inactive and ſub": {
			`{"active":false,"ſub":"b"}`, `member-confusable member="ſub" other="sub"`,
		},
		"repeated in a nested object": {`{"active":true,"x":{"a":1,"a":2}}`, `member-duplicate member="a"`},
		"exp is a string":             {`{"active":true,"exp":"` + canary + `"}`, mismatch("exp", "a string", "a number")},
		"exp after 9999":              {`{"active":true,"exp":253402300800}`, `member-not-time member="exp"`},
		"exp 1e300":                   {`{"active":true,"exp":1e300}`, `member-not-time member="exp"`},
		"exp 1e400":                   {`{"active":true,"exp":1e400}`, "json-number-out-of-range"},
		"negative iat":                {`{"active":true,"iat":-1}`, `member-not-time member="iat"`},
		"sub is a number":             {`{"active":true,"sub":7}`, mismatch("sub", "a number", "a string")},
		"scope is an array": {
			`{"active":true,"scope":["` + canary + `"]}`, mismatch("scope", "an array", "a string"),
		},
		"aud is a number":       {`{"active":true,"aud":7}`, mismatch("aud", "a number", "an array")},
		"aud contains a number": {`{"active":true,"aud":["a",7]}`, element("aud", "a number", "strings")},
		"roles is an array": {
			`{"active":true,"` + project + `roles":["` + canary + `"]}`,
			mismatch(project+"roles", "an array", "an object"),
		},
		"roles of a project contain a string": {
			`{"active":true,"` + project + `1:roles":{"a":"b"}}`, element(project+"1:roles", "a string", "objects"),
		},
		"metadata contains a number": {
			`{"active":true,"urn:zitadel:iam:user:metadata":{"a":1}}`,
			element("urn:zitadel:iam:user:metadata", "a number", "strings"),
		},
		"act is a string": {`{"active":true,"act":"` + canary + `"}`, mismatch("act", "a string", "an object")},
		"act is an array": {
			`{"active":true,"act":[{"sub":"` + canary + `"}]}`,
			mismatch("act", "an array", "an object"),
		},
		"act.sub is a number": {`{"active":true,"act":{"sub":7}}`, mismatch("act.sub", "a number", "a string")},
		"act.iss is an array": {
			`{"active":true,"act":{"iss":["` + canary + `"]}}`,
			mismatch("act.iss", "an array", "a string"),
		},
		"act.Sub": {
			`{"active":true,"act":{"sub":"a","Sub":"b"}}`, ambiguousActor(`member-confusable member="Sub" other="sub"`),
		},
		"act.ſub": {
			`{"active":true,"act":{"ſub":"b"}}`, ambiguousActor(`member-confusable member="ſub" other="sub"`),
		},
		"act.Sub and act.iss": {
			`{"active":true,"act":{"Sub":"b","iss":7}}`,
			ambiguousActor(`member-confusable member="Sub" other="sub"`) + "; " +
				mismatch("act.iss", "a number", "a string"),
		},
		"several faults": {
			`{"active":true,"exp":"x","sub":7}`,
			mismatch("sub", "a number", "a string") + "; " + mismatch("exp", "a string", "a number"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := token.DecodeIntrospection([]byte(test.body), "app")
			if got := oneLine(err); got != test.want || response != nil {
				t.Errorf("got %+v, error %s; want only the error %s", response, got, test.want)
			}
			checkDecodeError(t, []byte(test.body), err)
		})
	}
}

// TestDecodeIntrospectionManyFaults checks that each member with the wrong type results in
// a separate fault, and that the faults are sorted by member name.
func TestDecodeIntrospectionManyFaults(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	body.WriteString(`{"active":true`)
	for n := range 1000 {
		fmt.Fprintf(&body, `,"urn:zitadel:iam:org:project:%d:roles":7`, 1999-n)
	}
	_, err := token.DecodeIntrospection([]byte(body.String()+"}"), "app")
	faults := fault.All(err)
	if len(faults) != 1000 {
		t.Fatalf("got %d faults, want 1000", len(faults))
	}
	for n, f := range faults {
		member := fmt.Sprintf("urn:zitadel:iam:org:project:%d:roles", 1000+n)
		if want := mismatch(member, "a number", "an object"); f.Error() != want {
			t.Errorf("got %s, want %s", f, want)
		}
	}
	// The text must be short even for a fault that has all of these faults as its reason.
	checkShowable(t, fault.New("document-malformed", "reason", err).Error())
}

// checkDecodeError checks that the error for a document consists of faults that can be shown
// to users. The faults can contain member names, but no values from the document.
func checkDecodeError(t *testing.T, body []byte, err error) {
	t.Helper()
	if len(fault.All(err)) == 0 {
		t.Fatalf("got %v (%T), want a fault", err, err)
	}
	for _, f := range fault.All(err) {
		checkShowable(t, f.Error())
	}
	text := fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, f := range fault.All(err) {
		text += fmt.Sprintf("%v %+v", f.Values, f.Values)
	}
	if strings.Contains(text, canary) && !hasName(body, canary) {
		t.Errorf("the error contains a value from the document: %s", text)
	}
}

// hasName reports whether the document has a member, at any depth, whose name contains
// text.
func hasName(body []byte, text string) bool {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return false
	}
	var contains func(any) bool
	contains = func(value any) bool {
		switch v := value.(type) {
		case []any:
			for _, each := range v {
				if contains(each) {
					return true
				}
			}
		case map[string]any:
			for name, each := range v {
				if strings.Contains(name, text) || contains(each) {
					return true
				}
			}
		}
		return false
	}
	return contains(value)
}

// FuzzIntrospection decodes arbitrary introspection responses. It checks that an accepted
// response is decoded to the values that other programs read.
func FuzzIntrospection(f *testing.F) {
	acctest.Recorded(f, "/oauth/v2/introspect", true, func(body []byte) { f.Add(body) })
	for _, claims := range unusualClaims() {
		f.Add([]byte(`{"active":true,` + claims + `}`))
	}
	for _, body := range []string{
		`{"active":"true"}`, `{"active":null}`, `{"active":false,"sub":7}`, `{"active":false,"ACTIVE":true}`,
		`{"active":true} {}`, "{\"active\":true,\"a\":\"\xff\"}",
	} {
		f.Add([]byte(body))
	}
	policy := token.Policy{
		Audience: []string{"400663550533569574"}, Scopes: []string{"openid"}, Roles: []string{"reader"},
		OrganizationID: "400663538571480102", ForbidImpersonation: true,
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		response, err := token.DecodeIntrospection(body, "app")
		if err != nil {
			checkDecodeError(t, body, err)
			return
		}
		members, isUnambiguous := readClaims(body)
		active := map[bool]string{true: "true", false: "false"}[response.Active]
		if !isUnambiguous || string(members["active"]) != active || response.ApplicationID != "app" {
			t.Fatalf("accepted %s as %+v", body, response)
		}
		failures := response.Evaluate(policy, canary, issuerURL, now)
		for _, failure := range failures {
			checkShowable(t, failure.Reason.Error())
			// A failure can contain claims, but never the text of the token.
			hasCanary := strings.Contains(fmt.Sprintf("%+v %+v", failure, failure.Reason.Values), canary)
			if hasCanary && (!response.Active || !bytes.Contains(body, []byte(canary))) {
				t.Errorf("the failure contains the token: %+v", failure)
			}
		}
		if !response.Active {
			if !reflect.DeepEqual(response.Claims, token.Claims{}) || len(failures) != 1 {
				t.Errorf("got %+v, failures %v; want no claims and one failure", response, failures)
			}
			return
		}
		checkClaims(t, &response.Claims, body, members)
	})
}
