package token_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// jwt returns a JWT of these claims whose signature is nobody's.
func jwt(claims string) string {
	raw := base64.RawURLEncoding.EncodeToString
	return raw([]byte(`{"alg":"RS256"}`)) + "." + raw([]byte(claims)) + "." + raw([]byte("signature"))
}

// holder has roles in several projects by several organizations.
func holder() *oauth.Claims {
	return &oauth.Claims{
		ClientID: "svc", Audience: []string{"p1", "p2"}, Scopes: []string{"openid", "profile"},
		Roles: oauth.Roles{"reader": {"o1": "a"}, "writer": {"o2": "b"}},
		RolesByProject: map[string]oauth.Roles{
			"p1": {"reader": {"o1": "a"}, "writer": {"o2": "b"}},
			"p2": {"owner": {"o1": "a"}, "writer": {"o1": "a", "o2": "b"}},
		},
	}
}

// scoped is holder with a token that was requested with ZITADEL's scopes only.
func scoped(scopes ...string) *oauth.Claims {
	claims := holder()
	claims.Scopes = nil
	for _, scope := range scopes {
		claims.Scopes = append(claims.Scopes, "urn:zitadel:iam:org:"+scope)
	}
	return claims
}

func TestCountingRoles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		policy oauth.Policy
		want   []string
	}{
		"asking project":              {oauth.Policy{}, []string{"reader", "writer"}},
		"one project":                 {oauth.Policy{ProjectID: "p2"}, []string{"owner", "writer"}},
		"project without a grant":     {oauth.Policy{ProjectID: "p3"}, []string{}},
		"organization":                {oauth.Policy{OrganizationID: "o1"}, []string{"reader"}},
		"project and organization":    {oauth.Policy{ProjectID: "p2", OrganizationID: "o2"}, []string{"writer"}},
		"organization without grants": {oauth.Policy{ProjectID: "p1", OrganizationID: "o3"}, []string{}},
	}
	for name, test := range tests {
		got := test.policy.CountingRoles(holder())
		if got == nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if got := (oauth.Policy{}).CountingRoles(&oauth.Claims{RolesByProject: holder().RolesByProject}); len(got) != 0 {
		t.Errorf("roles of other projects count: %q", got)
	}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	pat := func() *oauth.Claims {
		claims := holder()
		claims.ClientID = ""
		return claims
	}
	tests := map[string]struct {
		policy oauth.Policy
		claims *oauth.Claims
		codes  []string
		says   []string
		keeps  []string
	}{
		"nothing demanded": {oauth.Policy{}, &oauth.Claims{}, nil, nil, nil},
		"all there": {
			oauth.Policy{Audience: []string{"p2", "p1"}, Scopes: []string{"profile"}, Roles: []string{"writer", "reader"}}, holder(), nil, nil, nil,
		},
		"audience": {
			oauth.Policy{Audience: []string{"p1", "p3"}}, holder(), []string{oauth.FailureMissingAudience},
			[]string{`lacks "p3"`, `it has "p1", "p2"`, "project:id:{id}:aud"}, nil,
		},
		"scope": {oauth.Policy{Scopes: []string{"email", "openid"}}, holder(), []string{oauth.FailureMissingScope}, []string{`lacks "email"`}, []string{`lacks "email", "openid"`}},
		"role":  {oauth.Policy{Roles: []string{"owner"}}, holder(), []string{oauth.FailureMissingRole}, []string{`lacks "owner"`, "application that introspects", `"reader", "writer"`}, nil},
		"role of another project": {
			oauth.Policy{Roles: []string{"reader"}, ProjectID: "p2"}, holder(), []string{oauth.FailureMissingRole}, []string{`lacks "reader" in project p2`}, nil,
		},
		"roles of two projects are not one": {
			oauth.Policy{Roles: []string{"owner", "reader"}, ProjectID: "p1"}, holder(), []string{oauth.FailureMissingRole}, []string{`lacks "owner" in`}, []string{`"owner", "reader"`},
		},
		"role by another organization": {
			oauth.Policy{Roles: []string{"writer"}, OrganizationID: "o1"}, holder(), []string{oauth.FailureMissingRole}, []string{`lacks "writer"`, "by organization o1", `are "reader"`}, nil,
		},
		"a scope that looks like a role": {
			oauth.Policy{Roles: []string{"admin"}}, &oauth.Claims{ClientID: "svc", Scopes: []string{"urn:zitadel:iam:org:project:role:admin"}},
			[]string{oauth.FailureMissingRole}, []string{"are none"}, nil,
		},
		"everything missing": {
			oauth.Policy{Audience: []string{"p1"}, Scopes: []string{"openid"}, Roles: []string{"reader"}}, &oauth.Claims{ClientID: "svc"},
			[]string{oauth.FailureMissingAudience, oauth.FailureMissingScope, oauth.FailureMissingRole}, []string{"it has none"}, nil,
		},
		"PAT and audience": {
			oauth.Policy{Audience: []string{"p1"}}, pat(), []string{oauth.FailureMissingAudience}, []string{"personal access token", "required_audience"}, nil,
		},
		"scope narrowed to other roles": {
			oauth.Policy{Roles: []string{"owner", "reader"}}, scoped("project:role:reader", "project:role:gone"), []string{oauth.FailureMissingRole},
			[]string{`does not show "owner"`, `with scopes for the roles "reader", "gone"`, "ZITADEL reports no other roles"}, []string{"The user lacks"},
		},
		"scope narrowed to the missing role": {
			oauth.Policy{Roles: []string{"owner"}}, scoped("project:role:reader", "project:role:owner"), []string{oauth.FailureMissingRole},
			[]string{`The user lacks "owner"`}, []string{"with scopes for"},
		},
		"roles of another project only": {
			oauth.Policy{Roles: []string{"reader"}, ProjectID: "p3"}, holder(), []string{oauth.FailureMissingRole},
			[]string{`does not show "reader" in project p3`, `roles of project "p1", "p2" only`, "use credentials of an application of that project"}, []string{"The user lacks"},
		},
		"no roles, project named": {
			oauth.Policy{Roles: []string{"reader"}, ProjectID: "p1"}, &oauth.Claims{ClientID: "svc"}, []string{oauth.FailureMissingRole},
			[]string{"no roles at all", "If that is not project p1"}, []string{"The user lacks"},
		},
		"no roles, project named, scope narrowed": {
			oauth.Policy{Roles: []string{"reader"}, ProjectID: "p3"}, scoped("project:role:boss"), []string{oauth.FailureMissingRole},
			[]string{"If that is not project p3", `with scopes for the roles "boss"`}, nil,
		},
		"no roles": {
			oauth.Policy{Roles: []string{"reader"}}, &oauth.Claims{ClientID: "svc"}, []string{oauth.FailureMissingRole},
			[]string{`The user lacks "reader"`, "are none"}, []string{"scopes", "credentials"},
		},
		"PAT and scopes of all roles of the project": {
			oauth.Policy{Roles: []string{"owner"}}, &oauth.Claims{Scopes: scoped("project:role:reader", "project:role:writer").Scopes}, []string{oauth.FailureMissingRole},
			[]string{`The user lacks "owner"`}, []string{"with scopes for"},
		},
		"role keys of any characters": {
			oauth.Policy{Roles: []string{"a:b", "c/d", "é", "*", "e f", `"`}}, &oauth.Claims{ClientID: "svc", Roles: oauth.Roles{
				"a:b": {"1": "x"}, "c/d": {"1": "x"}, "é": {"1": "x"}, "*": {"1": "x"}, "e f": {"1": "x"}, `"`: {"1": "x"},
			}}, nil, nil, nil,
		},
		"actor, allowed": {oauth.Policy{}, &oauth.Claims{ClientID: "svc", Actor: &oauth.Actor{Subject: "2"}}, nil, nil, nil},
		"actor, forbidden": {
			oauth.Policy{ForbidImpersonation: true}, &oauth.Claims{ClientID: "svc", Subject: "1", Actor: &oauth.Actor{Subject: "2", Issuer: "https://z.example"}},
			[]string{oauth.FailureImpersonated}, []string{`actor "2" (issuer "https://z.example")`, `acts for user "1"`}, nil,
		},
		"actor without a subject": {
			oauth.Policy{ForbidImpersonation: true}, &oauth.Claims{ClientID: "svc", Actor: &oauth.Actor{}},
			[]string{oauth.FailureImpersonated}, []string{"an actor without a subject"}, nil,
		},
		"no actor":      {oauth.Policy{ForbidImpersonation: true}, holder(), nil, nil, nil},
		"PAT otherwise": {oauth.Policy{Scopes: []string{"openid"}, Roles: []string{"reader"}}, pat(), nil, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// An active answer is judged by the policy alone.
			failures := (&oauth.Introspection{Active: true, Claims: *test.claims}).Evaluate(test.policy, key.Secret{}, "", time.Time{})
			var codes []string
			var details strings.Builder
			for _, failure := range failures {
				codes = append(codes, failure.Code)
				details.WriteString(failure.Detail + "\n")
			}
			if !slices.Equal(codes, test.codes) {
				t.Errorf("codes %q, want %q", codes, test.codes)
			}
			says(t, details.String(), test.says...)
			keeps(t, details.String(), test.keeps...)
		})
	}
}

// A token may hold anything; a message stays short and plain.
func TestEvaluateIsBounded(t *testing.T) {
	t.Parallel()
	claims := &oauth.Claims{ClientID: "svc"}
	for range 1000 {
		claims.Audience = append(claims.Audience, strings.Repeat("x", 1000))
	}
	claims.Audience[0] = "\x1b[31m"
	long := "\x1b" + strings.Repeat("x", 10000)
	claims.Actor = &oauth.Actor{Subject: long, Issuer: long}
	claims.Scopes = []string{"urn:zitadel:iam:org:project:role:" + long}
	claims.RolesByProject = map[string]oauth.Roles{long: {long: {long: long}}}
	policy := oauth.Policy{Audience: []string{"p"}, Roles: []string{long}, ProjectID: "\x1b", ForbidImpersonation: true}
	failures := policy.Evaluate(claims)
	if len(failures) != 3 {
		t.Fatalf("%d failures", len(failures))
	}
	for _, failure := range failures {
		if len(failure.Detail) > 6000 || strings.Contains(failure.Detail, "\x1b") {
			t.Errorf("%s: %d characters", failure.Code, len(failure.Detail))
		}
	}
	says(t, failures[0].Detail, "and 980 more")
}

func TestInactiveHints(t *testing.T) {
	t.Parallel()
	const issuer = "https://z.example"
	now := time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		token string
		want  []string
		not   []string
	}{
		"expired": {
			jwt(`{"jti":"1","iss":"https://z.example","aud":["app-1"],"exp":1896000000}`), []string{"It expired at 2030-01-30T10:40:00Z", "not verified"}, []string{"Its issuer", "Its audience"},
		},
		"other issuer": {
			jwt(`{"jti":"1","iss":"https://other.example","aud":["app-1"],"exp":2000000000}`), []string{`Its issuer is "https://other.example", not "https://z.example"`}, []string{"expired", "Its audience"},
		},
		"audience": {
			jwt(`{"jti":"1","iss":"https://z.example","aud":["p1"],"exp":2000000000}`), []string{`Its audience is "p1"`, "application app-1", "project:id:{project id}:aud"}, []string{"expired", "Its issuer"},
		},
		"all of it": {
			jwt(`{"jti":"1","iss":"x","exp":1000}`), []string{"It expired", "Its issuer", "Its audience is none"}, nil,
		},
		"nothing shows": {
			jwt(`{"jti":"1","iss":"https://z.example","aud":"app-1","exp":2000000000}`), []string{"shows no reason", "revoked", "failed internally"}, []string{"expired", "Its audience"},
		},
		"no end":           {jwt(`{"jti":"1","iss":"https://z.example","aud":"app-1"}`), []string{"shows no reason"}, nil},
		"escaped":          {jwt(`{"jti":"1","iss":"\u001b[31m","aud":"app-1"}`), []string{`\u001b[31m`}, []string{"\x1b"}},
		"opaque":           {canary, []string{"The token is opaque", "app-1", "project:id:{project id}:aud", "failed internally", "revoked", "deactivated"}, []string{canary}},
		"JWE":              {"eyJhbGciOiJBMjU2R0NNS1ciLCJlbmMiOiJBMjU2R0NNIn0.a.b.c.d", []string{"The token is opaque"}, nil},
		"empty":            {"", []string{"The token is opaque"}, nil},
		"two parts":        {canary + "." + canary, []string{"cannot be read", "2 parts"}, []string{canary, "opaque"}},
		"four parts":       {"a.b.c.d", []string{"cannot be read", "4 parts"}, []string{"opaque"}},
		"six parts":        {"a.b.c.d.e.f", []string{"cannot be read", "6 parts"}, []string{"opaque"}},
		"three of garbage": {"a.b.c", []string{"cannot be read"}, []string{"opaque"}},
		"ID token":         {jwt(`{"azp":"app-1","iss":"https://z.example","aud":"app-1"}`), []string{`It is an ID token, not an access token (it has the claim "azp")`}, []string{"Its audience"}},
		"broken payload":   {"eyJhbGciOiJSUzI1NiJ9.!!.c", []string{"cannot be read"}, []string{"!!"}},
		"payload no JSON":  {jwt(canary), []string{"cannot be read"}, []string{canary}},
		"payload of lies":  {jwt(`{"exp":"` + canary + `"}`), []string{"cannot be read"}, []string{canary}},
		"two subjects":     {jwt(`{"sub":"` + canary + `","sub":"b"}`), []string{"cannot be read"}, []string{canary}},
		"an endless token": {jwt(`{"jti":"1","iss":"` + strings.Repeat("x", 2<<20) + `"}`), []string{"cannot be read"}, []string{strings.Repeat("x", 500)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := &oauth.Introspection{ApplicationID: "app-1"}
			// Of what is inactive nothing is demanded beyond that.
			failures := answer.Evaluate(oauth.Policy{Audience: []string{"a"}, Roles: []string{"b"}}, key.NewSecret(test.token), issuer, now)
			if len(failures) != 1 || failures[0].Code != oauth.FailureInactive {
				t.Fatalf("%+v", failures)
			}
			says(t, failures[0].Detail, test.want...)
			keeps(t, failures[0].Detail, test.not...)
		})
	}
}

// The same, of a token that a server has given and another application asks for.
func TestInactiveForOtherProject(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	token := accessToken(t, c, jwtUserKey(), projectScope()).AccessToken
	other := oauth.Credentials{Key: parsed(world().OtherAPI.KeyJSON())}
	failures := introspect(t, c, other, token).Evaluate(oauth.Policy{}, token, issuer.URL, time.Now())
	if len(failures) != 1 || failures[0].Code != oauth.FailureInactive {
		t.Fatalf("%+v", failures)
	}
	says(t, failures[0].Detail, `Its audience is "`+world().Project.ID+`"`, world().OtherAPI.ClientID)
	keeps(t, failures[0].Detail, "expired", "Its issuer", token.Reveal())
}
