package provider_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const verificationBlock = "zitadel_token_verification"

// accessTokenClaims returns the claims of a valid ZITADEL access token.
func accessTokenClaims(i *optest.Issuer) map[string]any {
	w, now := i.World, i.Now()
	granted := map[string]string{w.OrganizationID: w.OrganizationDomain}
	return map[string]any{
		"iss": i.URL, "sub": w.ServiceJWT.ID, "aud": []string{w.Project.ID}, "client_id": w.ServiceJWT.Name, "jti": "1",
		"iat": now.Add(-time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
		"urn:zitadel:iam:org:project:" + w.Project.ID + ":roles":      map[string]any{"reader": granted},
		"urn:zitadel:iam:org:project:" + w.OtherProject.ID + ":roles": map[string]any{"boss": granted},
	}
}

// failureCodes returns the sorted codes of the failures in a result.
func failureCodes(result object) []string {
	var found []string
	for _, each := range result["failures"].([]any) {
		found = append(found, each.(object)["code"].(string))
	}
	slices.Sort(found)
	return found
}

// If a token has a valid signature, verification must report all reasons to reject it, not only the first.
func TestVerification(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.NewIssuer()
	w := i.World
	projectRoles := "urn:zitadel:iam:org:project:" + w.Project.ID + ":roles"
	otherRoles := "urn:zitadel:iam:org:project:" + w.OtherProject.ID + ":roles"
	const anyProject = "urn:zitadel:iam:org:project:roles"
	granted := map[string]any{"reader": map[string]string{"1": "a"}}
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // the time of the fake clock
	ago, ahead, hourAgo := now.Add(-time.Minute), now.Add(time.Minute), now.Add(-time.Hour)
	role := func(required, project string) object {
		return object{"required_roles": []string{required}, "project_id": project}
	}
	fails := func(code, reason string, values ...any) []failure {
		return []failure{{code, fault.New(reason, values...)}}
	}
	lacksRole := func(code, missing, project string, values ...any) []failure {
		return fails("missing_role", code, append([]any{
			"missing", []string{missing}, "project", project,
			"roles_scope", rolesScope, "project_scope", projectScope(project),
			"prefix", "urn:zitadel:iam:org:project:role:",
		}, values...)...)
	}
	const lacks, hidden = "roles-missing-in-jwt", "roles-of-other-project-in-jwt"
	reader := []string{"reader"}
	projects := slices.Sorted(slices.Values([]string{w.Project.ID, w.OtherProject.ID}))
	wrongIssuer := fails("wrong_issuer", "token-issuer", "found", "https://other.example", "expected", i.URL)
	idToken := fails("not_access_token", "token-not-access-token", "reason", fault.New("kind-id-token", "claim", "azp"))
	expired := func(at time.Time) []failure { return fails("expired", "token-expired", "expires_at", at, "now", now) }
	notYetValid := fails("not_yet_valid", "token-not-yet-valid", "valid_from", ahead, "now", now)
	noScopes := fails("missing_scope", "scopes-not-in-jwt")
	for name, c := range map[string]struct {
		change   map[string]any // claims to change; nil removes the claim
		rules    object
		failures []failure
	}{
		"valid": {nil, nil, nil},
		"policy met": {
			nil,
			object{"required_audience": []string{w.Project.ID}, "required_roles": reader, "project_id": w.Project.ID},
			nil,
		},
		"expired":               {map[string]any{"exp": ago.Unix()}, nil, expired(ago)},
		"expired, leeway":       {map[string]any{"exp": ago.Unix()}, object{"leeway": "2m"}, nil},
		"no expiry":             {map[string]any{"exp": nil}, nil, fails("malformed", "token-without-expiry")},
		"not yet valid":         {map[string]any{"nbf": ahead.Unix()}, nil, notYetValid},
		"issued in the future":  {map[string]any{"iat": ahead.Unix()}, nil, notYetValid},
		"not yet valid, leeway": {map[string]any{"nbf": ahead.Unix(), "iat": ahead.Unix()}, object{"leeway": "2m"}, nil},
		"wrong issuer":          {map[string]any{"iss": "https://other.example"}, nil, wrongIssuer},
		"ID token":              {map[string]any{"azp": "a", "at_hash": "b", "jti": nil}, nil, idToken},
		"missing audience": {
			nil, object{"required_audience": []string{"1"}}, []failure{lacksAudience(w.Project.ID)},
		},
		"no scope claim": {nil, object{"required_scopes": []string{"openid"}}, noScopes},
		"scope claim":    {map[string]any{"scope": "openid email"}, object{"required_scopes": []string{"openid"}}, nil},
		"missing role": {
			nil, role("writer", w.Project.ID), lacksRole(lacks, "writer", w.Project.ID, "applicable", reader),
		},
		"role in other project": {
			nil, role("boss", w.Project.ID), lacksRole(lacks, "boss", w.Project.ID, "applicable", reader),
		},
		"role in other organization": {
			nil, object{"required_roles": reader, "project_id": w.Project.ID, "organization_id": "1"},
			lacksRole(lacks, "reader", w.Project.ID, "organization", "1"),
		},
		"no roles claim": {
			map[string]any{projectRoles: nil, otherRoles: nil}, role("reader", w.Project.ID),
			lacksRole("roles-not-in-jwt", "reader", w.Project.ID),
		},
		"other project's roles": {
			map[string]any{projectRoles: nil}, role("reader", w.Project.ID),
			lacksRole(hidden, "reader", w.Project.ID, "projects", []string{w.OtherProject.ID}),
		},
		"no role in project": {
			map[string]any{projectRoles: map[string]any{}}, role("reader", w.Project.ID),
			lacksRole(lacks, "reader", w.Project.ID),
		},
		"roles, no project": {
			map[string]any{projectRoles: nil, otherRoles: nil, anyProject: granted}, role("reader", w.Project.ID),
			lacksRole("roles-without-project-in-jwt", "reader", w.Project.ID),
		},
		"generic roles claim": {
			map[string]any{anyProject: map[string]any{"boss": map[string]string{"1": "a"}}}, role("boss", "1"),
			lacksRole(hidden, "boss", "1", "projects", projects),
		},
		"everything at once": {
			map[string]any{"iss": "https://other.example", "exp": hourAgo.Unix(), "nbf": ahead.Unix(), "azp": "a"},
			object{
				"required_audience": []string{"1"}, "required_scopes": []string{"a"},
				"required_roles": []string{"b"}, "project_id": w.Project.ID,
			},
			slices.Concat(
				idToken, wrongIssuer, expired(hourAgo), notYetValid,
				[]failure{lacksAudience(w.Project.ID)}, noScopes,
				lacksRole(lacks, "b", w.Project.ID, "applicable", reader),
			),
		},
		"wrong types": {
			map[string]any{"sub": 7}, nil, fails("malformed", "token-claims-malformed", "reason",
				fault.New("member-type", "member", "sub", "found", "a number", "expected", "a string")),
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				onFakeClock(t, i, object{}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					claims := accessTokenClaims(i)
					for claim, value := range c.change {
						claims[claim] = value
						if value == nil {
							delete(claims, claim)
						}
					}
					block := object{"token": i.SignToken(claims), "required_audience": []string{}}
					for at, rule := range c.rules {
						block[at] = rule
					}
					checkFailures(t, p.MustRead(kind, verificationBlock, block), c.failures...)
					block["fail_when_invalid"] = true
					_, found := p.Read(kind, verificationBlock, block)
					if c.failures != nil {
						checkRejection(t, found, c.failures...)
					} else if len(found) > 0 {
						t.Errorf("with fail_when_invalid: got %v, want no diagnostics", found)
					}
				})
			})
		}
	}
}

// Verification must return the claims of a token in the same attributes as introspection does.
func TestVerificationClaims(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	token := issueToken(t, i, w.ServiceJWT.KeyJSON(), everyScope...)
	got := startConfigured(t, object{"issuer": i.URL}).MustRead("data", verificationBlock, object{
		"token": token, "project_id": w.Project.ID, "required_audience": []string{w.Project.ID},
	})
	granted := object{w.OrganizationID: w.OrganizationDomain}
	wanted := object{
		"valid": true, "client_id": w.ServiceJWT.Name, "subject": w.ServiceJWT.ID, "issuer": i.URL,
		"audience": []any{w.Project.ID}, "scopes": []any{}, "roles": []any{"reader", "writer"},
		"metadata":         object{"team": "red"},
		"roles_by_project": object{w.Project.ID: object{"reader": granted, "writer": granted}},
	}
	for name, want := range wanted {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if header := got["header_json"].(string); !acctest.ContainsAll(header, `"kid"`, i.ActiveKeyID()) {
		t.Errorf("header_json is %s, want the key ID %s in it", header, i.ActiveKeyID())
	}
	if i.Requests(optest.Introspection) != 0 {
		t.Error("an introspection request was sent")
	}
}

// Verification must return no roles unless project_id is set, because it has no calling application whose
// project could be used.
func TestRolesWithoutProject(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	claims := accessTokenClaims(i)
	claims["urn:zitadel:iam:org:project:roles"] = map[string]any{"boss": map[string]string{"1": "a"}}
	block := object{"token": i.SignToken(claims), "required_audience": []string{}}
	got := startConfigured(t, object{"issuer": i.URL}).MustRead("data", verificationBlock, block)
	if roles := got["roles"].([]any); len(roles) != 0 || got["valid"] != true {
		t.Errorf("got roles %v, valid %v; want no roles, true", roles, got["valid"])
	}
}

// required_roles must require project_id, because roles in several projects are never merged.
func TestRequiredRolesWithoutProject(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	for _, kind := range acctest.Kinds {
		block := object{"token": "a.b.c", "required_roles": []string{"reader"}}
		_, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, verificationBlock, block)
		acctest.CheckContains(t, found, "ERROR [required_roles]", "project_id")
		checkCodes(t, found, "project-id-missing")
	}
}
