package provider_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// callFunction calls a function of an unconfigured provider with string arguments.
func callFunction(t *testing.T, name string, arguments ...string) (any, *tfprotov6.FunctionError) {
	t.Helper()
	values := make([]*tfprotov6.DynamicValue, len(arguments))
	for i, argument := range arguments {
		value, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, argument))
		if err != nil {
			t.Fatal(err)
		}
		values[i] = &value
	}
	p := startProvider(t)
	done, err := p.Server.CallFunction(
		p.LogContext(t.Context()),
		&tfprotov6.CallFunctionRequest{Name: name, Arguments: values},
	)
	if err != nil {
		t.Fatal(err)
	}
	if done.Error != nil {
		acctest.RecordOutput(t, "diagnostics", done.Error.Text)
		return nil, done.Error
	}
	result, err := done.Result.Unmarshal(p.Schemas.Functions[name].Return.Type)
	if err != nil {
		t.Fatal(err)
	}
	return acctest.GoValue(t, result), nil
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		arguments []string
		want      string
	}{
		{
			"basic_auth_header", []string{"78366401571920522@amce", "veryweaksecret!"},
			"Basic NzgzNjY0MDE1NzE5MjA1MjIlNDBhbWNlOnZlcnl3ZWFrc2VjcmV0JTIx",
		},
		{"basic_auth_header", []string{"a:b", "c d"}, "Basic " + base64.StdEncoding.EncodeToString([]byte("a%3Ab:c+d"))},
		{"project_audience_scope", []string{"123"}, "urn:zitadel:iam:org:project:id:123:aud"},
		{"project_audience_scope", []string{"zitadel"}, "urn:zitadel:iam:org:project:id:zitadel:aud"},
		{"project_role_scope", []string{"reader"}, "urn:zitadel:iam:org:project:role:reader"},
		{"project_role_scope", []string{"a:b:c"}, "urn:zitadel:iam:org:project:role:a:b:c"},
		{"project_role_scope", []string{"c/d"}, "urn:zitadel:iam:org:project:role:c/d"},
		{"project_role_scope", []string{"é"}, "urn:zitadel:iam:org:project:role:é"},
		{"project_role_scope", []string{"*"}, "urn:zitadel:iam:org:project:role:*"},
		{"project_role_scope", []string{`h%i"\`}, `urn:zitadel:iam:org:project:role:h%i"\`},
		{"organization_scope", []string{"123"}, "urn:zitadel:iam:org:id:123"},
	} {
		if got, problem := callFunction(t, c.name, c.arguments...); problem != nil || got != c.want {
			t.Errorf("%s(%q): got %v, want %q; error %v", c.name, c.arguments, got, c.want, problem)
		}
	}
}

// Numbers must be decoded as numbers and lists as lists, at any depth.
func TestDecodeJWT(t *testing.T) {
	t.Parallel()
	const claims = `{"exp":1795353290,"big":12345678901234567890,"fraction":0.1,` +
		`"list":[1,"a",true,null,[2],{"b":[]}],"none":null,"roles":{"reader":{"1":"a.example"}}}`
	got, problem := callFunction(t, "decode_jwt", acctest.UnsignedJWT(`{"alg":"RS256","typ":"JWT"}`, claims))
	if problem != nil {
		t.Fatal(problem.Text)
	}
	result := got.(object)
	if header := result["header"].(object); header["alg"] != "RS256" || len(header) != 2 {
		t.Errorf("header %v, want alg RS256 and typ", header)
	}
	decoded := result["claims"].(object)
	for name, want := range map[string]any{"exp": 1795353290, "none": nil} {
		if decoded[name] != want {
			t.Errorf("%s is %v (%T), want %v", name, decoded[name], decoded[name], want)
		}
	}
	if list := decoded["list"].([]any); len(list) != 6 {
		t.Errorf("list is %v, want 6 elements", list)
	}
	if domain := decoded["roles"].(object)["reader"].(object)["1"]; domain != "a.example" {
		t.Errorf("the reader role is granted in %v, want a.example", domain)
	}
}

// The error about an invalid argument must contain the index of the argument, but not its value.
func TestInvalidFunctionArguments(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	const header = `{"alg":"RS256"}`
	signed := func(claims string) string { return acctest.UnsignedJWT(header, claims) }
	payload := func(reason error) error { return fault.New("jwt-payload", "reason", reason) }
	parts := func(number int) error { return fault.New("jwt-parts", "parts", number) }
	notBase64 := func(part string) error { return fault.New("jwt-base64", "part", part) }
	trim := []string{"trim-space"}
	twice := func(member string) error { return fault.New("member-duplicate", "member", member) }
	folded := func(member, other string) error {
		return fault.New("member-confusable", "member", member, "other", other)
	}
	algorithm, signature := fault.New("jwt-without-algorithm"), fault.New("jwt-without-signature")
	for name, c := range map[string]struct {
		function  string
		arguments []string
		index     int64
		want      error
	}{
		"empty token":       {"decode_jwt", []string{""}, 0, fault.New("token-empty")},
		"opaque token":      {"decode_jwt", []string{"canary"}, 0, fault.New("jwt-opaque")},
		"encrypted token":   {"decode_jwt", []string{w.Service.PAT}, 0, fault.New("jwt-encrypted")},
		"two parts":         {"decode_jwt", []string{"canary.canary"}, 0, parts(2)},
		"four parts":        {"decode_jwt", []string{"canary.canary.canary.canary"}, 0, parts(4)},
		"six parts":         {"decode_jwt", []string{"canary.canary.canary.canary.canary.canary"}, 0, parts(6)},
		"10,000 dots":       {"decode_jwt", []string{strings.Repeat(".", 10000)}, 0, parts(10001)},
		"2 MiB":             {"decode_jwt", []string{strings.Repeat("a", 2<<20)}, 0, fault.New("jwt-too-large-to-decode")},
		"no algorithm":      {"decode_jwt", []string{acctest.UnsignedJWT("{}", "{}")}, 0, algorithm},
		"alg none":          {"decode_jwt", []string{acctest.UnsignedJWT(`{"alg":"none"}`, "{}")}, 0, algorithm},
		"no signature":      {"decode_jwt", []string{strings.TrimSuffix(signed("{}"), "c2lnbmF0dXJl")}, 0, signature},
		"invalid signature": {"decode_jwt", []string{signed("{}") + "!"}, 0, signature},
		"line break": {
			"decode_jwt", []string{strings.Replace(signed("{}"), ".", ".\n", 1)}, 0,
			fault.New("token-whitespace", "character", "line break (U+000A)"),
		},
		"header is not base64": {"decode_jwt", []string{"can*ary.e30.e30"}, 0, notBase64("header")},
		"header is not JSON": {
			"decode_jwt", []string{acctest.UnsignedJWT("canary", "{}")}, 0,
			fault.New("jwt-header", "reason", fault.New("json-invalid")),
		},
		"claims are an array":   {"decode_jwt", []string{signed("[]")}, 0, payload(fault.New("json-not-object"))},
		"duplicate claim":       {"decode_jwt", []string{signed(`{"sub":"a","sub":"b"}`)}, 0, payload(twice("sub"))},
		"duplicate nested name": {"decode_jwt", []string{signed(`{"a":[{"b":1,"b":2}]}`)}, 0, payload(twice("b"))},
		"case-folded claim": {
			"decode_jwt", []string{signed(`{"sub":"a","SUB":"b"}`)}, 0, payload(folded("SUB", "sub")),
		},
		"Unicode case-folded claim": {"decode_jwt", []string{signed(`{"ſub":"b"}`)}, 0, payload(folded("ſub", "sub"))},
		"case-folded header": {
			"decode_jwt", []string{acctest.UnsignedJWT(`{"alg":"RS256","ALG":"none"}`, "{}")}, 0,
			fault.New("jwt-header", "reason", folded("ALG", "alg")),
		},
		"number out of range": {
			"decode_jwt", []string{signed(`{"n":1e99999999999}`)}, 0, payload(fault.New("json-number-out-of-range")),
		},
		"number too small": {
			"decode_jwt", []string{signed(`{"n":1e-999999999}`)}, 0, fault.New("json-number-out-of-range"),
		},
		"ID empty":     {"basic_auth_header", []string{"", "canary"}, 0, fault.New("argument-empty")},
		"secret empty": {"basic_auth_header", []string{"a", ""}, 1, fault.New("argument-empty")},
		"secret, line break": {
			"basic_auth_header", []string{"a", "canary\n"}, 1, fault.New("credential-line-break", "steps", trim),
		},
		"ID in quotes": {"basic_auth_header", []string{"'a'", "canary"}, 0, fault.New("value-quoted")},
		"project, line break": {
			"project_audience_scope", []string{"1\n"}, 0,
			fault.New("value-whitespace", "character", "line break (U+000A)", "steps", trim),
		},
		"project empty": {"project_audience_scope", []string{""}, 0, fault.New("id-empty")},
		"project with a space": {
			"project_audience_scope", []string{"1 2"}, 0, fault.New("value-whitespace", "character", "space (U+0020)"),
		},
		"project with a quote": {"project_audience_scope", []string{`1"2`}, 0, fault.New("id-characters")},
		"project, colon":       {"project_audience_scope", []string{"1:2"}, 0, fault.New("id-is-scope")},
		"organization, colon":  {"organization_scope", []string{"1:2"}, 0, fault.New("id-is-scope")},
		"role with a space": {
			"project_role_scope", []string{"e canary"}, 0,
			fault.New("role-space", "roles_scope", "urn:zitadel:iam:org:projects:roles"),
		},
		"role, line break":     {"project_role_scope", []string{"a\nb"}, 0, fault.New("role-characters")},
		"role, no-break space": {"project_role_scope", []string{"a\u00a0b"}, 0, fault.New("role-characters")},
		"role is a scope": {
			"project_role_scope", []string{"urn:zitadel:iam:org:project:role:canary"}, 0, fault.New("role-is-scope"),
		},
		"project is a scope": {
			"project_audience_scope", []string{"urn:zitadel:iam:org:project:id:1:aud"}, 0, fault.New("id-is-scope"),
		},
		"role empty":           {"project_role_scope", []string{""}, 0, fault.New("role-empty")},
		"organization empty":   {"organization_scope", []string{""}, 0, fault.New("id-empty")},
		"organization, umlaut": {"organization_scope", []string{"ö"}, 0, fault.New("id-invalid")},
	} {
		t.Run(name, func(t *testing.T) {
			got, problem := callFunction(t, c.function, c.arguments...)
			if problem == nil {
				t.Fatalf("got %v, want an error", got)
			}
			if problem.FunctionArgument == nil || *problem.FunctionArgument != c.index {
				t.Errorf("the error does not refer to argument %d", c.index)
			}
			// The CLI adds the final period.
			want := strings.TrimSuffix(message.Sentences(c.want), ".") + " [" + fault.All(c.want)[0].Code + "]"
			if problem.Text != want {
				t.Errorf("got %q, want %q", problem.Text, want)
			}
			if strings.Contains(problem.Text, "canary") {
				t.Errorf("the message contains the argument: %q", problem.Text)
			}
		})
	}
}
