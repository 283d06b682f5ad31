package token_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// accessToken returns the claims of an access token as ZITADEL issues it, with the given
// changes. A nil value removes the claim.
func accessToken(change map[string]any) string {
	claims := map[string]any{
		"iss": issuerURL, "sub": "1", "aud": []string{"p1"}, "client_id": "svc", "jti": "2",
		"iat": now.Unix() - 60, "nbf": now.Unix() - 60, "exp": now.Unix() + 3600,
		"urn:zitadel:iam:org:project:p1:roles": map[string]any{"reader": map[string]string{"o1": "a"}},
		"urn:zitadel:iam:org:project:p2:roles": map[string]any{"boss": map[string]string{"o1": "a"}},
	}
	maps.Copy(claims, change)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	data, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// changes maps the names of claims to their changed values.
type changes = map[string]any

// TestVerify checks each reason to reject a token whose signature is valid. It also checks
// that all reasons that apply are reported.
func TestVerify(t *testing.T) {
	t.Parallel()
	const rolesInP1, rolesInP2 = "urn:zitadel:iam:org:project:p1:roles", "urn:zitadel:iam:org:project:p2:roles"
	const rolesWithoutProject = "urn:zitadel:iam:org:project:roles"
	roles := func(project string, required ...string) token.Policy {
		return token.Policy{ProjectID: project, Roles: required}
	}
	// missingRole returns the failure for a role that is missing from a token with roles in the
	// project.
	missingRole := func(applicable, missing, organization string) string {
		return fmt.Sprintf(`missing_role: roles-missing-in-jwt applicable=[%s] missing=[%q] organization=%q `+
			`prefix="urn:zitadel:iam:org:project:role:" project="p1"`, applicable, missing, organization)
	}
	// notInJWT returns the failure for a role that is missing because the token does not
	// contain the roles in the project.
	notInJWT := func(reason, missing, project, projects string) string {
		return fmt.Sprintf(`missing_role: %s applicable=[] missing=[%q] organization="" project=%q `+
			`project_scope="urn:zitadel:iam:org:project:id:%s:aud" projects=[%s] `+
			`roles_scope="urn:zitadel:iam:org:projects:roles"`, reason, missing, project, project, projects)
	}
	wrongTypes := func(reasons ...string) string {
		return "malformed: token-claims-malformed reason=(" + strings.Join(reasons, "; ") + ")"
	}
	tests := map[string]struct {
		change changes
		policy token.Policy
		want   []string
	}{
		"valid": {nil, token.Policy{}, nil},
		"policy met": {
			nil, token.Policy{
				Audience: []string{"p1"}, ProjectID: "p1", OrganizationID: "o1", Roles: []string{"reader"},
				ForbidImpersonation: true,
			}, nil,
		},
		"no expiry": {changes{"exp": nil}, token.Policy{}, []string{"malformed: token-without-expiry"}},
		"wrong issuer": {
			changes{"iss": "https://other.example"},
			token.Policy{},
			[]string{`wrong_issuer: token-issuer expected="https://z.example" found="https://other.example"`},
		},
		"issuer differs by a slash": {
			changes{"iss": issuerURL + "/"},
			token.Policy{},
			[]string{`wrong_issuer: token-issuer expected="https://z.example" found="https://z.example/"`},
		},
		"no issuer": {
			changes{"iss": nil},
			token.Policy{},
			[]string{`wrong_issuer: token-issuer expected="https://z.example" found=""`},
		},
		"ID token": {
			changes{"azp": "a", "at_hash": "b", "jti": nil},
			token.Policy{},
			[]string{`not_access_token: token-not-access-token reason=(kind-id-token claim="azp")`},
		},
		"audience": {
			nil,
			token.Policy{Audience: []string{"p1", "p3"}},
			[]string{`missing_audience: audience-missing audience=["p1"] missing=["p3"]`},
		},
		"audience, no client_id": {
			changes{"client_id": nil}, token.Policy{Audience: []string{"p1"}}, nil, // a JWT is not a personal access token
		},
		"no scope claim": {
			nil,
			token.Policy{Scopes: []string{"openid"}},
			[]string{`missing_scope: scopes-not-in-jwt`},
		},
		"scope claim": {changes{"scope": "openid email"}, token.Policy{Scopes: []string{"openid"}}, nil},
		"missing scope": {
			changes{"scope": "email"},
			token.Policy{Scopes: []string{"openid"}},
			[]string{`missing_scope: scopes-missing missing=["openid"] scopes=["email"]`},
		},
		"role":                        {nil, roles("p1", "writer"), []string{missingRole(`"reader"`, "writer", "")}},
		"role in a different project": {nil, roles("p1", "boss"), []string{missingRole(`"reader"`, "boss", "")}},
		"role granted by a different organization": {
			nil,
			token.Policy{ProjectID: "p1", OrganizationID: "o2", Roles: []string{"reader"}},
			[]string{missingRole("", "reader", "o2")},
		},
		"no roles claim": {
			changes{rolesInP1: nil, rolesInP2: nil},
			roles("p1", "reader"),
			[]string{notInJWT("roles-not-in-jwt", "reader", "p1", "")},
		},
		"only roles in a different project": {
			changes{rolesInP1: nil},
			roles("p1", "reader"),
			[]string{notInJWT("roles-of-other-project-in-jwt", "reader", "p1", `"p2"`)},
		},
		"no role in the project": {
			changes{rolesInP1: map[string]any{}},
			roles("p1", "reader"),
			[]string{missingRole("", "reader", "")},
		},
		"roles without a project": {
			changes{
				rolesInP1: nil, rolesInP2: nil, rolesWithoutProject: changes{"reader": map[string]string{"o1": "a"}},
			},
			roles("p1", "reader"),
			[]string{notInJWT("roles-without-project-in-jwt", "reader", "p1", "")},
		},
		"roles without a project, no project required": {
			changes{
				rolesInP1: nil, rolesInP2: nil, rolesWithoutProject: changes{"boss": map[string]string{"o1": "a"}},
			},
			roles("", "boss"),
			[]string{notInJWT("roles-without-project-in-jwt", "boss", "", "")},
		},
		"actor": {
			changes{"act": changes{"sub": "3", "iss": issuerURL}},
			token.Policy{ForbidImpersonation: true},
			[]string{`impersonated: token-impersonated actor="3" actor_issuer="https://z.example" subject="1"`},
		},
		"allowed actor": {changes{"act": changes{"sub": "3"}}, token.Policy{}, nil},
		"all failures": {
			changes{
				"iss": "https://other.example", "exp": now.Unix() - 1, "nbf": now.Unix() + 60, "azp": "a",
				"act": changes{"sub": "3"},
			},
			token.Policy{
				Audience: []string{"a"}, Scopes: []string{"b"}, ProjectID: "p1", Roles: []string{"c"},
				ForbidImpersonation: true,
			},
			[]string{
				`not_access_token: token-not-access-token reason=(kind-id-token claim="azp")`,
				`wrong_issuer: token-issuer expected="https://z.example" found="https://other.example"`,
				`expired: token-expired expires_at="2026-11-22 01:14:59 +0000 UTC" now="2026-11-22 01:15:00 +0000 UTC"`,
				`not_yet_valid: token-not-yet-valid now="2026-11-22 01:15:00 +0000 UTC" ` +
					`valid_from="2026-11-22 01:16:00 +0000 UTC"`,
				`missing_audience: audience-missing audience=["p1"] missing=["a"]`,
				"missing_scope: scopes-not-in-jwt",
				missingRole(`"reader"`, "c", ""),
				`impersonated: token-impersonated actor="3" actor_issuer="" subject="1"`,
			},
		},
		"wrong type": {
			changes{"sub": 7},
			token.Policy{Audience: []string{"a"}},
			[]string{wrongTypes(mismatch("sub", "a number", "a string"))},
		},
		"wrong types": {
			changes{"sub": 7, "exp": canary},
			token.Policy{},
			[]string{wrongTypes(mismatch("sub", "a number", "a string"), mismatch("exp", "a string", "a number"))},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims := accessToken(test.change)
			v := verify(sign(jose.EdDSA, claims), test.policy, 0)
			if got := describe(v.Failures); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			isReadable := !strings.Contains(strings.Join(test.want, ""), "token-claims-malformed")
			if (v.Claims != nil) != isReadable || isReadable && v.Claims.JSON != claims {
				t.Errorf("got claims %+v, want %s only if they can be decoded", v.Claims, claims)
			}
			if v.Header != `{"alg":"EdDSA","kid":"ed","typ":"JWT"}` {
				t.Errorf("got header %s, want that of the token", v.Header)
			}
			if text := fmt.Sprintf("%+v", v.Failures); strings.Contains(text, canary) {
				t.Errorf("the failures contain the value of a claim: %s", text)
			}
		})
	}
}

// TestVerifyPayload checks that a signed payload is rejected if it is not a valid set of
// claims.
func TestVerifyPayload(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]string{
		``: "json-invalid", `{"sub":`: "json-invalid", `null`: "json-not-object", `[]`: "json-not-object",
		"{\"a\":\"\xff\"}":        "json-not-utf8",
		`{"sub":"a","sub":"b"}`:   `member-duplicate member="sub"`,
		`{"sub":"a","SUB":"b"}`:   `member-confusable member="SUB" other="sub"`,
		`{"act":{"Sub":"b"}}`:     `member-ambiguous member="act" reason=(member-confusable member="Sub" other="sub")`,
		`{"a":{"b":1,"b":2}}`:     `member-duplicate member="b"`,
		`{"jti":"1","exp":1e400}`: `json-number-out-of-range`,
	} {
		v := verify(sign(jose.EdDSA, payload), token.Policy{Audience: []string{"1"}}, 0)
		want = "malformed: token-claims-malformed reason=(" + want + ")"
		if got := describe(v.Failures); !slices.Equal(got, []string{want}) || v.Claims != nil {
			t.Errorf("%s: got %q, want %s", payload, got, want)
		}
	}
}

// TestVerifyWithoutProject checks that roles without a project are not reported. They are roles
// in the project of an application that the JWT does not name.
func TestVerifyWithoutProject(t *testing.T) {
	t.Parallel()
	roles := changes{"boss": map[string]string{"o1": "a"}}
	v := verify(sign(jose.EdDSA, accessToken(changes{"urn:zitadel:iam:org:project:roles": roles})), token.Policy{}, 0)
	if len(v.Failures) > 0 || v.Claims.Roles == nil || len(v.Claims.Roles) > 0 {
		t.Errorf("got roles %v, failures %q; want empty roles and no failures", v.Claims.Roles, describe(v.Failures))
	}
	if v := verify(sign(jose.EdDSA, accessToken(nil)), token.Policy{}, 0); v.Claims.Roles != nil {
		t.Errorf("got roles %v, want nil", v.Claims.Roles)
	}
}

// TestVerifyTimes checks that a token is accepted if iat and nbf are at most 2 s plus the leeway
// ahead of the issuer's time, and if exp passed less than the leeway ago.
func TestVerifyTimes(t *testing.T) {
	t.Parallel()
	const second, hour = time.Second, time.Hour
	type times map[string]time.Duration // times of claims, relative to now
	for name, test := range map[string]struct {
		change   times
		fraction time.Duration // added to now
		leeway   time.Duration
		want     string // code of the failure, or "" for a valid token
	}{
		"issued now":              {nil, 0, 0, ""},
		"iat 2 s ahead":           {times{"iat": 2 * second}, 0, 0, ""},
		"iat 3 s ahead":           {times{"iat": 3 * second}, 0, 0, "not_yet_valid"},
		"iat 2.001 s ahead":       {times{"iat": 3 * second}, 999 * time.Millisecond, 0, "not_yet_valid"},
		"iat 2 s ahead, fraction": {times{"iat": 2 * second}, 999 * time.Millisecond, 0, ""},
		"nbf 2 s ahead":           {times{"nbf": 2 * second}, 0, 0, ""},
		"nbf 3 s ahead":           {times{"nbf": 3 * second}, 0, 0, "not_yet_valid"},
		"both 2 s ahead":          {times{"iat": 2 * second, "nbf": 2 * second}, 0, 0, ""},
		"both 3 s ahead":          {times{"iat": 3 * second, "nbf": 3 * second}, 0, 0, "not_yet_valid"},
		"iat 12 s ahead, leeway":  {times{"iat": 12 * second}, 0, 10 * second, ""},
		"iat 13 s ahead, leeway":  {times{"iat": 13 * second}, 0, 10 * second, "not_yet_valid"},
		"nbf 12 s ahead, leeway":  {times{"nbf": 12 * second}, 0, 10 * second, ""},
		"nbf 13 s ahead, leeway":  {times{"nbf": 13 * second}, 0, 10 * second, "not_yet_valid"},
		"exp in 1 s":              {times{"exp": second}, 0, 0, ""},
		"exp in 1 ms":             {times{"exp": second}, 999 * time.Millisecond, 0, ""},
		"exp now":                 {times{"exp": 0}, 0, 0, "expired"},
		"exp 1 s ago":             {times{"exp": -second}, 0, 0, "expired"},
		"exp 9 s ago, leeway":     {times{"exp": -9 * second}, 0, 10 * second, ""},
		"exp 10 s ago, leeway":    {times{"exp": -10 * second}, 0, 10 * second, "expired"},
		"exp 2 s ago, no leeway":  {times{"exp": -2 * second}, 0, 0, "expired"}, // the tolerance does not apply to exp
		"maximum leeway":          {times{"iat": hour, "nbf": hour, "exp": -hour}, 0, math.MaxInt64, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := changes{}
			at := times{"iat": 0, "nbf": 0, "exp": hour}
			maps.Copy(at, test.change)
			for claim, after := range at {
				change[claim] = now.Add(after).Unix()
			}
			parsed, rejection := token.Parse(sign(jose.EdDSA, accessToken(change)))
			if rejection != nil {
				t.Fatal(describe(rejection.Failures))
			}
			verifier := token.Verifier{Issuer: issuerURL, Now: now.Add(test.fraction), Leeway: test.leeway}
			got := ""
			for _, failure := range verifier.Verify(parsed, keySet()).Failures {
				got += failure.Code
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestVerifyFailureTimes checks that a failure contains the time in the claim and the
// issuer's time.
func TestVerifyFailureTimes(t *testing.T) {
	t.Parallel()
	at := func(after time.Duration) time.Time { return now.Add(after) }
	change := changes{"exp": at(-time.Hour).Unix(), "nbf": at(time.Minute).Unix(), "iat": at(time.Hour).Unix()}
	failures := verify(sign(jose.EdDSA, accessToken(change)), token.Policy{}, 0).Failures
	if len(failures) != 2 {
		t.Fatalf("got %q, want 2 failures", describe(failures))
	}
	for n, want := range []map[string]any{
		{"expires_at": at(-time.Hour), "now": now},
		{"valid_from": at(time.Minute), "now": now}, // nbf is checked before iat
	} {
		if !maps.Equal(failures[n].Reason.Values, want) {
			t.Errorf("%s: got %v, want %v", failures[n].Code, failures[n].Reason.Values, want)
		}
	}
}
