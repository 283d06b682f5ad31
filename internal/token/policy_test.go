package token_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// holder returns claims with roles in several projects, which several organizations granted.
func holder() *token.Claims {
	return &token.Claims{
		ClientID: "svc", Audience: []string{"p1", "p2"}, Scopes: []string{"openid", "profile"},
		Roles: token.Roles{"reader": {"o1": "a"}, "writer": {"o2": "b"}},
		RolesByProject: map[string]token.Roles{
			"p1": {"reader": {"o1": "a"}, "writer": {"o2": "b"}},
			"p2": {"owner": {"o1": "a"}, "writer": {"o1": "a", "o2": "b"}},
		},
	}
}

// personalAccessToken returns the claims of holder without client_id, as for a personal access token.
func personalAccessToken() *token.Claims {
	claims := holder()
	claims.ClientID = ""
	return claims
}

// checkEvaluate checks the failures for the claims of an active token, both for the claims alone
// and for an introspection response that contains them.
func checkEvaluate(t *testing.T, policy token.Policy, claims *token.Claims, want ...string) {
	t.Helper()
	if got := describe(policy.Evaluate(claims)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// Evaluate does not use the other arguments if the token is active.
	response := &token.Introspection{Active: true, Claims: *claims, ApplicationID: "app"}
	if got := describe(response.Evaluate(policy, "", "", time.Time{})); !slices.Equal(got, want) {
		t.Errorf("response: got %q, want %q", got, want)
	}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	svc := func() *token.Claims { return &token.Claims{ClientID: "svc", Subject: "1"} }
	actor := func(actor token.Actor) *token.Claims {
		claims := svc()
		claims.Actor = &actor
		return claims
	}
	const ofPersonalAccessToken = "missing_audience: audience-of-personal-access-token"
	tests := map[string]struct {
		policy token.Policy
		claims *token.Claims
		want   []string
	}{
		"nothing required": {token.Policy{}, &token.Claims{}, nil},
		"all requirements met": {
			token.Policy{
				Audience: []string{"p2", "p1"}, Scopes: []string{"profile"}, Roles: []string{"writer", "reader"},
			},
			holder(), nil,
		},
		"audience": {
			token.Policy{Audience: []string{"p4", "p1", "p3"}}, holder(),
			[]string{`missing_audience: audience-missing audience=["p1" "p2"] missing=["p3" "p4"]`},
		},
		"no audience": {
			token.Policy{Audience: []string{"p1"}}, svc(),
			[]string{`missing_audience: audience-missing audience=[] missing=["p1"]`},
		},
		"scope": {
			token.Policy{Scopes: []string{"email", "openid"}}, holder(),
			[]string{`missing_scope: scopes-missing missing=["email"] scopes=["openid" "profile"]`},
		},
		"no scope": {
			token.Policy{Scopes: []string{"openid"}}, svc(),
			[]string{`missing_scope: scopes-missing missing=["openid"] scopes=[]`},
		},
		"everything missing": {
			token.Policy{Audience: []string{"p1"}, Scopes: []string{"openid"}, Roles: []string{"reader"}}, svc(),
			[]string{
				`missing_audience: audience-missing audience=[] missing=["p1"]`,
				`missing_scope: scopes-missing missing=["openid"] scopes=[]`,
				`missing_role: roles-missing applicable=[] missing=["reader"] organization="" project=""`,
			},
		},
		"audience of a personal access token": {
			token.Policy{Audience: []string{"p3"}}, personalAccessToken(), []string{ofPersonalAccessToken},
		},
		"matching audience of a personal access token": {
			token.Policy{Audience: []string{"p1"}}, personalAccessToken(), []string{ofPersonalAccessToken},
		},
		"personal access token, no audience required": {
			token.Policy{Scopes: []string{"openid"}, Roles: []string{"reader"}}, personalAccessToken(), nil,
		},
		"allowed actor": {token.Policy{}, actor(token.Actor{Subject: "2"}), nil},
		"forbidden actor": {
			token.Policy{ForbidImpersonation: true}, actor(token.Actor{Subject: "2", Issuer: issuerURL}),
			[]string{`impersonated: token-impersonated actor="2" actor_issuer="https://z.example" subject="1"`},
		},
		"actor without an issuer": {
			token.Policy{ForbidImpersonation: true}, actor(token.Actor{Subject: "2"}),
			[]string{`impersonated: token-impersonated actor="2" actor_issuer="" subject="1"`},
		},
		"actor without a subject": {
			token.Policy{ForbidImpersonation: true}, actor(token.Actor{}),
			[]string{`impersonated: token-impersonated actor="" actor_issuer="" subject="1"`},
		},
		"no actor": {token.Policy{ForbidImpersonation: true}, holder(), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkEvaluate(t, test.policy, test.claims, test.want...)
		})
	}
}

// TestEvaluateKeepsPolicy checks that Evaluate does not reorder the lists in the policy.
func TestEvaluateKeepsPolicy(t *testing.T) {
	t.Parallel()
	policy := token.Policy{Audience: []string{"c", "p1", "b"}, Scopes: []string{"c", "b"}, Roles: []string{"c", "b"}}
	policy.Evaluate(holder())
	for _, list := range [][]string{policy.Audience, policy.Scopes, policy.Roles} {
		if list[0] != "c" || list[len(list)-1] != "b" {
			t.Errorf("got list %q, want the original order", list)
		}
	}
}

// TestEvaluateIsBounded checks that failures are short and printable, whatever the claims of a
// token contain.
func TestEvaluateIsBounded(t *testing.T) {
	t.Parallel()
	claims := &token.Claims{ClientID: "svc"}
	for range 1000 {
		claims.Audience = append(claims.Audience, strings.Repeat("x", 1000))
	}
	claims.Audience[0] = "\x1b[31m"
	long := "\x1b" + strings.Repeat("x", 10_000)
	claims.Actor = &token.Actor{Subject: long, Issuer: long}
	claims.Subject = long
	claims.Scopes = []string{token.RoleScope(long)}
	claims.RolesByProject = map[string]token.Roles{long: {long: {long: long}}}
	policy := token.Policy{
		Audience: []string{"p"}, Roles: []string{long, long + "y"}, ProjectID: "\x1b", ForbidImpersonation: true,
	}
	failures := policy.Evaluate(claims)
	if len(failures) != 3 {
		t.Fatalf("got %q, want 3 failures", describe(failures))
	}
	for _, failure := range failures {
		checkShowable(t, failure.Reason.Error())
		if len(failure.Reason.Error()) > 6000 {
			t.Errorf("%s: got %d bytes, want at most 6000", failure.Code, len(failure.Reason.Error()))
		}
		for _, value := range failure.Reason.Values {
			if text, ok := value.(string); ok {
				checkShowable(t, text)
			}
			if list, ok := value.([]string); ok {
				checkShowable(t, strings.Join(list[:min(len(list), 20)], ""))
			}
		}
	}
	// The value must contain all entries, so that a message can report their number.
	if audience, ok := failures[0].Reason.Values["audience"].([]string); !ok || len(audience) != 1000 {
		t.Errorf("got %v, want a value with 1000 entries", failures[0].Reason)
	}
	if text := failures[0].Reason.Error(); !strings.Contains(text, "]+980") {
		t.Errorf("got %s, want the number of omitted entries", text)
	}
}
