package provider_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// validArguments returns valid arguments for each function, by function name.
func validArguments(t *testing.T) map[string][]string {
	t.Helper()
	input := signingInput(t)
	return map[string][]string{
		"assertion_signing_input": signingArguments(),
		"basic_auth_header":       {"123456", "canary"},
		"decode_jwt":              {acctest.UnsignedJWT(`{"alg":"RS256"}`, "{}")},
		"organization_scope":      {"123456"},
		"project_audience_scope":  {"123456"},
		"project_role_scope":      {"reader"},
		"signed_assertion":        {input, base64.StdEncoding.EncodeToString(signature(t, input))},
	}
}

// functionAcceptsSurplus reports whether a function parameter accepts a value with extra characters
// before and after it.
func functionAcceptsSurplus(parameter, before, after string) bool {
	switch parameter {
	case "role": // a role key can begin and end with a quote
		return strings.ContainsAny(before, "\"'\u201c")
	case "signature": // programs print base64 with line breaks
		return strings.TrimSpace(before+after) == ""
	}
	return false
}

// corrections returns the corrected values that text, a message about value, suggests. An expression
// is replaced with its result.
func corrections(t *testing.T, text, value string) (all []string) {
	t.Helper()
	if found := suggestedValue.FindStringSubmatch(text); found != nil {
		all = append(all, found[1])
	}
	if expression := acctest.ExpressionIn(text); expression != "" {
		all = append(all, fmt.Sprint(acctest.EvaluateSuggestion(t, expression, value, nil)))
	}
	return all
}

// hasCode reports whether the error that a function returned ends with one of the codes.
func hasCode(problem *tfprotov6.FunctionError, codes ...string) bool {
	return problem != nil && slices.ContainsFunc(codes, func(code string) bool {
		return strings.HasSuffix(problem.Text, " ["+code+"]")
	})
}

// Each parameter of each function must reject extra characters that were copied along with its value,
// unless functionAcceptsSurplus returns true. The function must accept the value without these
// characters, and the corrections that the message suggests.
func TestSurplusOfFunctions(t *testing.T) {
	t.Parallel()
	valid := validArguments(t)
	codes := append(slices.Clone(surplusCodes), "role-space", "role-characters")
	for name, function := range startProvider(t).Schemas.Functions {
		if len(valid[name]) != len(function.Parameters) {
			t.Fatalf("validArguments returns %d arguments for %s, want %d", len(valid[name]), name, len(function.Parameters))
		}
		for n, parameter := range function.Parameters {
			call := func(value string) *tfprotov6.FunctionError {
				arguments := slices.Clone(valid[name])
				arguments[n] = value
				_, problem := callFunction(t, name, arguments...)
				return problem
			}
			for what, around := range surpluses {
				clean := valid[name][n]
				value := around[0] + clean + around[1]
				problem := call(value)
				if functionAcceptsSurplus(parameter.Name, around[0], around[1]) {
					if problem != nil {
						t.Errorf("%s: %s, %s: got error %q, want none", name, parameter.Name, what, problem.Text)
					}
					continue
				}
				if !hasCode(problem, codes...) || *problem.FunctionArgument != int64(n) {
					t.Errorf("%s: %s, %s: got %+v, want an error about the character", name, parameter.Name, what, problem)
					continue
				}
				for _, correction := range append(corrections(t, problem.Text, value), clean) {
					if problem := call(correction); problem != nil {
						t.Errorf("%s: %s, %s: %q is rejected: %s", name, parameter.Name, what, correction, problem.Text)
					}
				}
			}
		}
	}
}

// functionSuggestion is a test case of TestFunctionSuggestions: a function argument that causes a
// message with a suggestion.
type functionSuggestion struct {
	code, function string
	argument       int
	value          string
	text           string // the suggested value or expression
}

// functionSuggestions returns the test cases of TestFunctionSuggestions.
func functionSuggestions(t *testing.T) (all []functionSuggestion) {
	t.Helper()
	add := func(code string, argument int, value, text string) {
		all = append(all, functionSuggestion{code, "assertion_signing_input", argument, value, text})
	}
	const issuer = "https://z.example"
	add("audience-not-exact", 2, issuer+"/", issuer)
	add("audience-not-exact", 2, "https://Z.example", issuer)
	add("audience-not-exact", 2, issuer+":0443", issuer)
	add("audience-not-exact", 2, "HTTPS://z.example:08443/", issuer+":8443")
	add("audience-empty", 2, "", "https://my-tenant.zitadel.cloud")
	add("audience-not-issuer", 2, "123456789", "https://my-tenant.zitadel.cloud")
	add("time-invalid", 3, "31 January 2030", "2030-01-31T12:00:00Z")
	add("value-whitespace", 0, "123\n", "trimspace(file(...))")
	add("value-quoted", 1, `"123"`, "jsondecode(...)")
	add("value-quoted", 1, "'123'", `trim(..., "'")`)
	add("value-whitespace", 3, " 2030-01-31T12:00:00Z", "2030-01-31T12:00:00Z")
	add("value-quoted", 3, "'2030-01-31T12:00:00Z'", "2030-01-31T12:00:00Z")

	input := signingInput(t)
	signed := strings.Repeat("AB/+", 85) + "AA==" // 256 bytes in base64
	add = func(code string, argument int, value, text string) {
		all = append(all, functionSuggestion{code, "signed_assertion", argument, value, text})
	}
	add("value-whitespace", 0, input+"\n", "trimspace(file(...))")
	add("value-whitespace", 0, input[:20]+"\n  "+input[20:], `replace(file(...), "/\\s+/", "")`)
	add("value-whitespace", 0, "\ufeff"+input+"\n", `trimspace(trimprefix(file(...), "\ufeff"))`)
	add("value-quoted", 0, `"`+input+`"`, "jsondecode(...)")
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	lines := signed[:76] + "\n    " + signed[76:]
	document := func(name string) string { return `{"KeyId":"a","` + name + `":"` + signed + `"}` }
	const decode = `replace(replace(replace(..., "/%2[Bb]/", "+"), "/%2[Ff]/", "/"), "/%3[Dd]/", "=")`
	percent := strings.NewReplacer("+", "%2B", "/", "%2f", "=", "%3D").Replace(signed)
	for value, code := range map[string]string{
		`"` + signed + "\"\n":                "value-quoted jsondecode(...)",
		"'" + signed + "'\n":                 `value-quoted trim(trimspace(...), "'")`,
		"\ufeff" + signed:                    `value-whitespace trimprefix(file(...), "\ufeff")`,
		lines:                                `value-whitespace replace(file(...), "/\\s+/", "")`,
		"\ufeff" + lines:                     `value-whitespace replace(trimprefix(file(...), "\ufeff"), "/\\s+/", "")`,
		percent:                              "signature-percent-encoded " + decode,
		strings.ReplaceAll(signed, "+", " "): `signature-plus-decoded replace(..., " ", "+")`,
		strings.ReplaceAll(signed, "+", " ") + "\n": `signature-plus-decoded replace(trimspace(...), " ", "+")`,
		encode(signed):                           "signature-encoded-twice base64decode(...)",
		encode(signed) + "\n":                    "signature-encoded-twice base64decode(trimspace(...))",
		encode(encode("vault:v1:" + signed)):     "signature-encoded-twice base64decode(base64decode(...))",
		`"` + encode(signed) + `"`:               "signature-encoded-twice base64decode(jsondecode(...))",
		"vault:v1:" + encode(signed):             `signature-encoded-twice base64decode(trimprefix(..., "vault:v1:"))`,
		document("Signature"):                    "signature-is-json jsondecode(...).Signature",
		document("signature"):                    "signature-is-json jsondecode(...).signature",
		document("value"):                        "signature-is-json jsondecode(...).value",
		"\ufeff" + document("result"):            `signature-is-json jsondecode(trimprefix(..., "\ufeff")).result`,
		`{"data":` + document("signature") + `}`: "signature-is-json jsondecode(...).data.signature",
	} {
		code, text, _ := strings.Cut(code, " ")
		add(code, 1, value, text)
	}
	return all
}

// The message about an invalid function argument must contain the suggestion. With the suggestion
// applied, the function must return a result.
func TestFunctionSuggestions(t *testing.T) {
	t.Parallel()
	valid := validArguments(t)
	for _, s := range functionSuggestions(t) {
		arguments := slices.Clone(valid[s.function])
		if s.function == "signed_assertion" && s.argument == 1 {
			arguments[0] = signingInput(t)
		}
		arguments[s.argument] = s.value
		_, problem := callFunction(t, s.function, arguments...)
		if !hasCode(problem, s.code) || !strings.Contains(problem.Text, s.text) {
			t.Errorf("%s, argument %d: got %+v, want [%s] and %s", s.function, s.argument, problem, s.code, s.text)
			continue
		}
		found := corrections(t, problem.Text, s.value)
		if len(found) == 0 {
			found = []string{s.text}
		}
		for _, arguments[s.argument] = range found {
			if _, problem := callFunction(t, s.function, arguments...); problem != nil {
				t.Errorf("%s, argument %d: suggestion %s is rejected: %s", s.function, s.argument, s.text, problem.Text)
			}
		}
	}
}
