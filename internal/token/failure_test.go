package token_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/go-jose/go-jose/v4"

	subject "github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// TestFailureCodes checks that, for each code in failure.go, some token is rejected with that
// code.
func TestFailureCodes(t *testing.T) {
	t.Parallel()
	signed := func(change changes) string { return sign(jose.EdDSA, accessToken(change)) }
	verified := func(text string, policy subject.Policy) []subject.Failure { return verify(text, policy, 0).Failures }
	genuine := signed(nil)
	tests := map[string][]subject.Failure{
		"inactive":              (&subject.Introspection{}).Evaluate(subject.Policy{}, genuine, issuerURL, now),
		"opaque_token":          verified("opaque", subject.Policy{}),
		"malformed":             verified("a.b.c", subject.Policy{}),
		"algorithm_not_allowed": verified(unsigned(`{"alg":"none"}`, `{}`), subject.Policy{}),
		"unknown_key":           verified(unsigned(`{"alg":"RS256","kid":"other"}`, `{}`), subject.Policy{}),
		"bad_signature":         verified(unsigned(`{"alg":"RS256","kid":"rsa"}`, `{}`), subject.Policy{}),
		"wrong_issuer":          verified(signed(changes{"iss": "https://other.example"}), subject.Policy{}),
		"expired":               verified(signed(changes{"exp": now.Unix()}), subject.Policy{}),
		"not_yet_valid":         verified(signed(changes{"nbf": now.Unix() + 3}), subject.Policy{}),
		"not_access_token":      verified(signed(changes{"nonce": "a"}), subject.Policy{}),
		"missing_audience":      verified(genuine, subject.Policy{Audience: []string{"other"}}),
		"missing_scope":         verified(genuine, subject.Policy{Scopes: []string{"openid"}}),
		"missing_role":          verified(genuine, subject.Policy{ProjectID: "p1", Roles: []string{"other"}}),
		"impersonated":          verified(signed(changes{"act": changes{}}), subject.Policy{ForbidImpersonation: true}),
	}
	for code, failures := range tests {
		isOne := len(failures) == 1 && failures[0].Code == code
		if !isOne || failures[0].Reason == nil || failures[0].Reason.Code == "" {
			t.Errorf("%s: got failures %+v, want one with this code and a reason", code, failures)
		}
	}
	if got, want := slices.Sorted(maps.Keys(tests)), constants(t, "failure.go"); !slices.Equal(got, want) {
		t.Errorf("tested the codes %q, want %q", got, want)
	}
}

// constants returns the values of the string constants that a file declares, sorted.
func constants(t *testing.T, name string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.CONST {
			continue
		}
		for _, spec := range general.Specs {
			constant, ok := spec.(*ast.ValueSpec)
			if !ok || len(constant.Values) != 1 {
				t.Fatalf("%T does not declare a constant with one value", spec)
			}
			literal, ok := constant.Values[0].(*ast.BasicLit)
			if !ok {
				t.Fatalf("the value of %v is a %T, not a literal", constant.Names, constant.Values[0])
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
	}
	slices.Sort(values)
	return values
}
