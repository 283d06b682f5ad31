package object_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// claimNames contains names like those of token claims, which must not be ambiguous: exact names, and
// the names with a common prefix and suffix.
var claimNames = object.Names{
	Exact: []string{
		"iss", "sub", "aud", "active", "token_type", "act", "azp", "at_hash", "c_hash", "s_hash", "nonce", "events",
		"urn:zitadel:iam:org:project:roles", "urn:zitadel:iam:user:metadata",
		"urn:zitadel:iam:user:resourceowner:id", "urn:zitadel:iam:user:resourceowner:name",
		"urn:zitadel:iam:user:resourceowner:primary_domain",
	},
	Prefix: "urn:zitadel:iam:org:project:", Suffix: ":roles",
}

// maxBody is the maximum size of a response that the client reads.
const maxBody = 1 << 20

func TestMembers(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string {
		return `{"a":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`
	}
	nestedObjects := func(depth int) string {
		return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth)
	}
	duplicate := func(name string) string { return `member-duplicate member="` + name + `"` }
	confusable := func(name, other string) string {
		return fmt.Sprintf(`member-confusable member="%s" other="%s"`, name, other)
	}
	const (
		roles, metadata = "urn:zitadel:iam:org:project:roles", "urn:zitadel:iam:user:metadata"
		project, owner  = "urn:zitadel:iam:org:project:", "urn:zitadel:iam:user:resourceowner:"
		family          = project + "{id}:roles"
		tooDeep         = "json-too-deep depth=128"
	)
	long := strings.Repeat("x", 5000)
	tests := map[string]struct {
		text string
		want string // the fault; "" if there is none
	}{
		"empty object":     {`{}`, ""},
		"members":          {` {"sub":"a","aud":["b",{"c":null}],"n":-1.5e3,"t":true} `, ""},
		"same name nested": {`{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}`, ""},
		"decisive, nested": {`{"roles":{"Sub":{"AUD":"x"}}}`, ""},
		"not decisive":     {`{"Roles":1,"roles":2}`, ""},

		"repeated":              {`{"sub":"a","sub":"b"}`, duplicate("sub")},
		"repeated, escaped":     {`{"sub":"a","s\u0075b":"b"}`, duplicate("sub")},
		"repeated, nested":      {`{"a":{"b":1,"b":2}}`, duplicate("b")},
		"repeated, in an array": {`{"a":[0,[{"b":1,"b":2}]]}`, duplicate("b")},
		"repeated, empty name":  {`{"":1,"":2}`, duplicate("")},
		"repeated, long":        {`{"` + long + `":1,"` + long + `":1}`, duplicate(long[:197] + "...")},
		"repeated, unprintable": {`{"\u001b[31m":1,"\u001b[31m":2}`, duplicate(`\\u001b[31m`)},

		"upper case":      {`{"SUB":"a"}`, confusable("SUB", "sub")},
		"both cases":      {`{"aud":"a","Aud":"b"}`, confusable("Aud", "aud")},
		"long s":          {`{"ſub":"a"}`, confusable("ſub", "sub")},
		"long s, escaped": {`{"i\u017fs":"a"}`, confusable("iſs", "iss")},
		"Kelvin sign":     {"{\"to\u212aen_type\":\"a\"}", confusable("to\u212aen_type", "token_type")},
		"active":          {`{"active":false,"ACTIVE":true}`, confusable("ACTIVE", "active")},
		"act":             {`{"Act":{}}`, confusable("Act", "act")},
		"azp":             {`{"AZP":"a"}`, confusable("AZP", "azp")},
		"at_hash":         {`{"at_haſh":"a"}`, confusable("at_haſh", "at_hash")},
		"c_hash":          {`{"C_hash":"a"}`, confusable("C_hash", "c_hash")},
		"s_hash":          {`{"S_hash":"a"}`, confusable("S_hash", "s_hash")},
		"nonce":           {`{"Nonce":"a"}`, confusable("Nonce", "nonce")},
		"events":          {`{"eventſ":{}}`, confusable("eventſ", "events")},
		"roles claim":     {`{"` + project + `Roles":{}}`, confusable(project+"Roles", roles)},
		"metadata": {
			`{"urn:zitadel:iam:user:Metadata":{}}`,
			confusable("urn:zitadel:iam:user:Metadata", metadata),
		},
		"owner's ID": {`{"` + owner + `ID":"1"}`, confusable(owner+"ID", owner+"id")},
		"owner's name": {
			`{"urn:zitadel:iam:user:resourceOwner:name":"1"}`,
			confusable("urn:zitadel:iam:user:resourceOwner:name", owner+"name"),
		},
		"owner's domain": {
			`{"` + owner + `primary_Domain":"1"}`,
			confusable(owner+"primary_Domain", owner+"primary_domain"),
		},

		"family":         {`{"` + roles + `":{},"` + project + `1:roles":{},"` + project + `2:roles":{}}`, ""},
		"outside family": {`{"URN:zitadel:iam:org:project::roles":1,"` + project + `1:role":1}`, ""},
		"family's prefix": {
			`{"URN:zitadel:iam:org:project:1:roles":{}}`, confusable("URN:zitadel:iam:org:project:1:roles", family),
		},
		"family's suffix": {
			`{"` + project + `any thing:ROLES":{}}`,
			confusable(project+"any thing:ROLES", family),
		},
		"family's suffix, long s": {`{"` + project + `1:role\u017f":{}}`, confusable(project+"1:roleſ", family)},
		"two IDs of the family": {
			`{"` + project + `a:roles":{},"` + project + `A:roles":{}}`,
			confusable(project+"A:roles", project+"a:roles"),
		},

		"second object":     {`{} {}`, "json-invalid"},
		"extra brace":       {`{}}`, "json-invalid"},
		"truncated":         {`{"a":1`, "json-invalid"},
		"truncated, nested": {`{"a":[{"b"`, "json-invalid"},
		"missing comma":     {`{"a":1 "b":2}`, "json-invalid"},
		"leading zero":      {`{"a":01}`, "json-invalid"},
		"empty":             {``, "json-invalid"},
		"not UTF-8":         {"{\"a\":\"\xff\"}", "json-not-utf8"},
		"name is not UTF-8": {"{\"\xff\":1,\"\xfe\":2}", "json-not-utf8"},
		"number too large":  {`{"a":[1e400]}`, "json-number-out-of-range"},
		"array":             {`[{}]`, "json-not-object"},
		"string":            {`"{}"`, "json-not-object"},
		"null":              {`null`, "json-not-object"},

		"100 arrays deep":           {nested(100), ""},
		"127 arrays deep":           {nested(127), ""},
		"128 arrays deep":           {nested(128), tooDeep},
		"128 objects deep":          {nestedObjects(128), ""},
		"129 objects deep":          {nestedObjects(129), tooDeep},
		"1 MiB of opening brackets": {`{"a":` + strings.Repeat("[", maxBody-10), "json-invalid"},
		"1 MiB of brackets":         {nested(maxBody/2 - 10), "json-invalid"}, // exceeds the limit of encoding/json
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members, err := object.Members([]byte(test.text), claimNames)
			checkFault(t, err, test.want)
			if (members != nil) != (test.want == "") {
				t.Errorf("got %d members and error %v, want one or the other", len(members), err)
			}
			checkFault(t, object.Unambiguous([]byte(test.text), claimNames), test.want)
		})
	}
}

// checkFault checks that err is a single fault whose text is want, or nil if want is "". It also
// checks that the text is short and printable.
func checkFault(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
		if len(fault.All(err)) != 1 {
			t.Errorf("got %v (%T), want a single fault", err, err)
		}
	}
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	isUnprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if len(got) > 500 || strings.ContainsFunc(got, isUnprintable) {
		t.Errorf("got %d bytes of text that is too long or not printable: %.500q", len(got), got)
	}
}

// TestMembersAreUnchanged checks that Members returns each value exactly as the document contains it.
func TestMembersAreUnchanged(t *testing.T) {
	t.Parallel()
	members, err := object.Members([]byte(` {"a" : [1, 2] , "B":"\u00fc","":null} `), object.Names{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a": `[1, 2]`, "B": `"\u00fc"`, "": `null`}
	for name, raw := range want {
		if got := string(members[name]); got != raw {
			t.Errorf("member %q: got %s, want %s", name, got, raw)
		}
	}
	if len(members) != len(want) {
		t.Errorf("got %d members, want %d", len(members), len(want))
	}
}

// TestNames checks that only the names that the caller passes are decisive.
func TestNames(t *testing.T) {
	t.Parallel()
	const body = `{"urn:zitadel:iam:org:project:1:Roles":{},"SUB":1,"b":2}`
	tests := map[string]struct {
		names object.Names
		want  string
	}{
		"none":         {object.Names{}, ""},
		"unrelated":    {object.Names{Exact: []string{"a"}}, ""},
		"exact name":   {object.Names{Exact: []string{"a", "sub"}}, `member-confusable member="SUB" other="sub"`},
		"both cases":   {object.Names{Exact: []string{"SUB", "sub"}}, ""},
		"empty suffix": {object.Names{Prefix: "urn:zitadel:iam:org:project:"}, ""},
		"uppercase prefix": {
			object.Names{Prefix: "URN:zitadel:"},
			`member-confusable member="urn:zitadel:iam:org:project:1:Roles" other="URN:zitadel:{id}"`,
		},
		"family": {
			object.Names{Prefix: "urn:zitadel:iam:org:project:", Suffix: ":roles"},
			`member-confusable member="urn:zitadel:iam:org:project:1:Roles" ` +
				`other="urn:zitadel:iam:org:project:{id}:roles"`,
		},
		"family, same case": {object.Names{Prefix: "urn:zitadel:iam:org:project:", Suffix: ":Roles"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFault(t, object.Unambiguous([]byte(body), test.names), test.want)
		})
	}
}
