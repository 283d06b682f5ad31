package object

import (
	"strings"
	"testing"
)

func TestObject(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string {
		return `{"a":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`
	}
	tests := map[string]struct {
		text    string
		problem string // "" for none
	}{
		"empty object":       {`{}`, ""},
		"members":            {` {"sub":"a","aud":["b",{"c":null}],"n":-1.5e3,"t":true} `, ""},
		"same name deeper":   {`{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}`, ""},
		"registered deeper":  {`{"roles":{"Sub":{"AUD":"x"}}}`, ""},
		"other letters":      {`{"Roles":1,"roles":2}`, ""},
		"a hundred deep":     {nested(100), ""},
		"twice":              {`{"sub":"a","sub":"b"}`, `"sub" is there twice`},
		"twice, escaped":     {`{"sub":"a","s\u0075b":"b"}`, `"sub" is there twice`},
		"twice, deeper":      {`{"a":{"b":1,"b":2}}`, `"b" is there twice`},
		"twice, in an array": {`{"a":[0,[{"b":1,"b":2}]]}`, `"b" is there twice`},
		"upper case":         {`{"SUB":"a"}`, `"SUB" can be mistaken for "sub"`},
		"beside the right":   {`{"aud":"a","Aud":"b"}`, `"Aud" can be mistaken for "aud"`},
		"long s":             {`{"ſub":"a"}`, `"ſub" can be mistaken for "sub"`},
		"long s, escaped":    {`{"i\u017fs":"a"}`, `can be mistaken for "iss"`},
		"Kelvin sign":        {"{\"to\u212aen_type\":\"a\"}", `can be mistaken for "token_type"`},
		"active":             {`{"active":false,"ACTIVE":true}`, `"ACTIVE" can be mistaken for "active"`},
		"role claim":         {`{"urn:zitadel:iam:org:project:roles":{},"urn:zitadel:iam:org:project:1:roles":{},"urn:zitadel:iam:org:project:2:roles":{}}`, ""},
		"no project":         {`{"URN:zitadel:iam:org:project::roles":1,"urn:zitadel:iam:org:project:1:role":1}`, ""},
		"roles claim":        {`{"urn:zitadel:iam:org:project:Roles":{}}`, `can be mistaken for "urn:zitadel:iam:org:project:roles"`},
		"project's prefix":   {`{"URN:zitadel:iam:org:project:1:roles":{}}`, `can be mistaken for "urn:zitadel:iam:org:project:{id}:roles"`},
		"project's suffix":   {`{"urn:zitadel:iam:org:project:any thing:ROLES":{}}`, `can be mistaken for "urn:zitadel:iam:org:project:{id}:roles"`},
		"project, long s":    {`{"urn:zitadel:iam:org:project:1:role\u017f":{}}`, `can be mistaken for "urn:zitadel:iam:org:project:{id}:roles"`},
		"two projects":       {`{"urn:zitadel:iam:org:project:a:roles":{},"urn:zitadel:iam:org:project:A:roles":{}}`, `can be mistaken for "urn:zitadel:iam:org:project:a:roles"`},
		"metadata":           {`{"urn:zitadel:iam:user:Metadata":{}}`, `can be mistaken for "urn:zitadel:iam:user:metadata"`},
		"owner's id":         {`{"urn:zitadel:iam:user:resourceowner:ID":"1"}`, `can be mistaken for "urn:zitadel:iam:user:resourceowner:id"`},
		"owner's name":       {`{"urn:zitadel:iam:user:resourceOwner:name":"1"}`, `can be mistaken for "urn:zitadel:iam:user:resourceowner:name"`},
		"owner's domain":     {`{"urn:zitadel:iam:user:resourceowner:primary_Domain":"1"}`, `can be mistaken for "urn:zitadel:iam:user:resourceowner:primary_domain"`},
		"act":                {`{"Act":{}}`, `can be mistaken for "act"`},
		"azp":                {`{"AZP":"a"}`, `can be mistaken for "azp"`},
		"at_hash":            {`{"at_haſh":"a"}`, `can be mistaken for "at_hash"`},
		"c_hash":             {`{"C_hash":"a"}`, `can be mistaken for "c_hash"`},
		"s_hash":             {`{"S_hash":"a"}`, `can be mistaken for "s_hash"`},
		"nonce":              {`{"Nonce":"a"}`, `can be mistaken for "nonce"`},
		"events":             {`{"eventſ":{}}`, `can be mistaken for "events"`},
		"text behind":        {`{} {}`, "not valid JSON"},
		"bracket behind":     {`{}}`, "not valid JSON"},
		"truncated":          {`{"a":1`, "not valid JSON"},
		"truncated deeper":   {`{"a":[{"b"`, "not valid JSON"},
		"no comma":           {`{"a":1 "b":2}`, "not valid JSON"},
		"not UTF-8":          {"{\"a\":\"\xff\"}", "not UTF-8"},
		"name is not UTF-8":  {"{\"\xff\":1,\"\xfe\":2}", "not UTF-8"},
		"number too large":   {`{"a":[1e400]}`, "a number in it is out of range"},
		"number":             {`{"a":01}`, "not valid JSON"},
		"array":              {`[{}]`, "not a JSON object"},
		"string":             {`"{}"`, "not a JSON object"},
		"null":               {`null`, "not a JSON object"},
		"empty":              {``, "not valid JSON"},
		"endlessly deep":     {`{"a":` + strings.Repeat("[", maxBody-10), "not valid JSON"},
		"deep and complete":  {nested(maxBody/2 - 10), "not valid JSON"},
		"long name":          {`{"` + strings.Repeat("x", 5000) + `":1,"` + strings.Repeat("x", 5000) + `":1}`, "is there twice"},
		"name of escapes":    {`{"\u001b[31m":1,"\u001b[31m":2}`, `is there twice`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members, err := object([]byte(test.text))
			if test.problem == "" {
				if err != nil || members == nil {
					t.Errorf("%v", err)
				}
				return
			}
			if err == nil {
				t.Fatal("it is taken")
			}
			if text := err.Error(); !strings.Contains(text, test.problem) || len(text) > 300 || strings.Contains(text, "\x1b") {
				t.Errorf("%q, want %q", text, test.problem)
			}
		})
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		max  int
		want string
	}{
		"plain":             {"Grüße, 世界 🙂", 50, "Grüße, 世界 🙂"},
		"just fits":         {"12345", 5, "12345"},
		"cut":               {"1234567890", 8, "12345..."},
		"cut by characters": {"üüüüüüüüüü", 8, "üüüüü..."},
		"line break":        {"a\r\nb\tc", 50, `a\u000d\u000ab\u0009c`},
		"colour":            {"\x1b[31mred", 50, `\u001b[31mred`},
		"reversed":          {"a\u202eb\u2066c", 50, `a\u202eb\u2066c`},
		"nothing wide":      {"a\u200bb\u00a0c\ufeff", 50, `a\u200bb\u00a0c\ufeff`},
		"escapes count":     {"\x1b\x1b\x1b", 15, `\u001b\u001b...`},
		"no half escape":    {"abc\x1b\x1b", 14, `abc\u001b...`},
		"not UTF-8":         {"a\xffb", 50, "a\ufffdb"},
	}
	for name, test := range tests {
		if got := printable(test.text, test.max); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
