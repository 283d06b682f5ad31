package token_test

import (
	"slices"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

func TestApplicableRoles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		policy token.Policy
		want   []string
	}{
		"introspecting project":       {token.Policy{}, []string{"reader", "writer"}},
		"one project":                 {token.Policy{ProjectID: "p2"}, []string{"owner", "writer"}},
		"project without a grant":     {token.Policy{ProjectID: "p3"}, []string{}},
		"organization":                {token.Policy{OrganizationID: "o1"}, []string{"reader"}},
		"project and organization":    {token.Policy{ProjectID: "p2", OrganizationID: "o2"}, []string{"writer"}},
		"organization without grants": {token.Policy{ProjectID: "p1", OrganizationID: "o3"}, []string{}},
	}
	for name, test := range tests {
		got := test.policy.ApplicableRoles(holder())
		if got == nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	rolesOf := func(policy token.Policy, claims token.Claims) []string { return policy.ApplicableRoles(&claims) }
	if got := rolesOf(token.Policy{}, token.Claims{RolesByProject: holder().RolesByProject}); len(got) != 0 {
		t.Errorf("got %q, want no roles from other projects", got)
	}
	if got := rolesOf(token.Policy{}, token.Claims{Roles: token.Roles{"reader": {}}}); len(got) != 0 {
		t.Errorf("got %q, want no roles without a grant", got)
	}
}

// TestMissingRoles checks the reasons for roles that are missing from an introspection response.
func TestMissingRoles(t *testing.T) {
	t.Parallel()
	svc := func() *token.Claims { return &token.Claims{ClientID: "svc"} }
	// scoped returns the claims of holder for a token that was requested with role scopes.
	scoped := func(roles ...string) *token.Claims {
		claims := holder()
		claims.Scopes = nil
		for _, role := range roles {
			claims.Scopes = append(claims.Scopes, "urn:zitadel:iam:org:project:role:"+role)
		}
		return claims
	}
	const (
		missing     = "missing_role: roles-missing "
		notReported = "missing_role: roles-not-reported "
		prefix      = ` prefix="urn:zitadel:iam:org:project:role:"`
	)
	withoutProjects := svc()
	withoutProjects.Scopes = scoped("boss").Scopes
	onlyScopes := svc()
	onlyScopes.Scopes = scoped("admin").Scopes
	allScopes := &token.Claims{Scopes: scoped("reader", "writer").Scopes} // without client_id
	keys := []string{"a:b", "c/d", "é", "*", "e f", `"`}
	granted := token.Roles{}
	for _, key := range keys {
		granted[key] = map[string]string{"1": "x"}
	}
	tests := map[string]struct {
		policy token.Policy
		claims *token.Claims
		want   string // "" if no role is missing
	}{
		"role": {
			token.Policy{Roles: []string{"owner"}}, holder(),
			missing + `applicable=["reader" "writer"] missing=["owner"] organization="" project=""`,
		},
		"role in a different project": {
			token.Policy{Roles: []string{"reader"}, ProjectID: "p2"}, holder(),
			missing + `applicable=["owner" "writer"] missing=["reader"] organization="" project="p2"`,
		},
		"roles in two projects": {
			token.Policy{Roles: []string{"owner", "reader"}, ProjectID: "p1"}, holder(),
			missing + `applicable=["reader" "writer"] missing=["owner"] organization="" project="p1"`,
		},
		"role granted by a different organization": {
			token.Policy{Roles: []string{"writer"}, OrganizationID: "o1"}, holder(),
			missing + `applicable=["reader"] missing=["writer"] organization="o1" project=""`,
		},
		"scope of the role": {
			token.Policy{Roles: []string{"admin"}}, onlyScopes,
			missing + `applicable=[] missing=["admin"] organization="" project=""`,
		},
		"no roles": {
			token.Policy{Roles: []string{"reader"}}, svc(),
			missing + `applicable=[] missing=["reader"] organization="" project=""`,
		},
		"scopes of other roles": {
			token.Policy{Roles: []string{"owner", "reader"}}, scoped("reader", "gone"),
			notReported + `applicable=["reader" "writer"] missing=["owner"] organization="" project="" ` +
				`reason=(roles-limited-by-scope` + prefix + ` requested=["reader" "gone"])`,
		},
		"scope of the missing role": {
			token.Policy{Roles: []string{"owner"}}, scoped("reader", "owner"),
			missing + `applicable=["reader" "writer"] missing=["owner"] organization="" project=""`,
		},
		"scope of one of two missing roles": {
			token.Policy{Roles: []string{"owner", "boss"}}, scoped("owner"),
			notReported + `applicable=["reader" "writer"] missing=["boss" "owner"] organization="" project="" ` +
				`reason=(roles-limited-by-scope` + prefix + ` requested=["owner"])`,
		},
		"only roles in other projects": {
			token.Policy{Roles: []string{"reader"}, ProjectID: "p3"}, holder(),
			notReported + `applicable=[] missing=["reader"] organization="" project="p3" ` +
				`reason=(roles-of-other-project project="p3" projects=["p1" "p2"])`,
		},
		"no roles, with project": {
			token.Policy{Roles: []string{"reader"}, ProjectID: "p1"}, svc(),
			notReported + `applicable=[] missing=["reader"] organization="" project="p1" ` +
				`reason=(roles-of-other-project project="p1" projects=[])`,
		},
		"no roles, with project and scopes of other roles": {
			token.Policy{Roles: []string{"reader"}, ProjectID: "p3"}, withoutProjects,
			notReported + `applicable=[] missing=["reader"] organization="" project="p3" ` +
				`reason=(roles-of-other-project project="p3" projects=[]; ` +
				`roles-limited-by-scope` + prefix + ` requested=["boss"])`,
		},
		"personal access token, scopes of all roles in the project": {
			token.Policy{Roles: []string{"owner"}}, allScopes,
			missing + `applicable=[] missing=["owner"] organization="" project=""`,
		},
		"role keys with special characters": {
			token.Policy{Roles: keys}, &token.Claims{ClientID: "svc", Roles: granted}, "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			checkEvaluate(t, test.policy, test.claims, want...)
		})
	}
}
