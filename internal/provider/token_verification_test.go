package provider_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const verificationBlock = "zitadel_token_verification"

// accessTokenClaims returns the claims of an access token of ZITADEL.
func accessTokenClaims(i *optest.Issuer) map[string]any {
	w, now := i.World, i.Now()
	return map[string]any{
		"iss": i.URL, "sub": w.ServiceJWT.ID, "aud": []string{w.Project.ID}, "client_id": w.ServiceJWT.Name, "jti": "1",
		"iat": now.Add(-time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
		"urn:zitadel:iam:org:project:" + w.Project.ID + ":roles":      map[string]any{"reader": map[string]string{w.OrganizationID: w.OrganizationDomain}},
		"urn:zitadel:iam:org:project:" + w.OtherProject.ID + ":roles": map[string]any{"boss": map[string]string{w.OrganizationID: w.OrganizationDomain}},
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

// A token with a valid signature is rejected for each reason that applies.
func TestVerification(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	w := i.World
	own, others := "urn:zitadel:iam:org:project:"+w.Project.ID+":roles", "urn:zitadel:iam:org:project:"+w.OtherProject.ID+":roles"
	noRoles := `does not show whether the user has "reader" in project ` + w.Project.ID + ": it contains no roles claim. Request it with the scopes urn:zitadel:iam:org:projects:roles and urn:zitadel:iam:org:project:id:" + w.Project.ID + ":aud"
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	for name, c := range map[string]struct {
		change map[string]any // nil removes
		rules  object
		codes  []string
		words  string
	}{
		"good":                  {nil, nil, nil, ""},
		"policy met":            {nil, object{"required_audience": []string{w.Project.ID}, "required_roles": []string{"reader"}, "project_id": w.Project.ID}, nil, ""},
		"expired":               {map[string]any{"exp": ago(time.Minute)}, nil, []string{"expired"}, "expired at"},
		"expired, leeway":       {map[string]any{"exp": ago(time.Minute)}, object{"leeway": "2m"}, nil, ""},
		"no end":                {map[string]any{"exp": nil}, nil, []string{"malformed"}, "exp"},
		"not yet valid":         {map[string]any{"nbf": ago(-time.Minute)}, nil, []string{"not_yet_valid"}, "leeway"},
		"issued in the future":  {map[string]any{"iat": ago(-time.Minute)}, nil, []string{"not_yet_valid"}, ""},
		"not yet, leeway":       {map[string]any{"nbf": ago(-time.Minute), "iat": ago(-time.Minute)}, object{"leeway": "2m"}, nil, ""},
		"wrong issuer":          {map[string]any{"iss": "https://other.example"}, nil, []string{"wrong_issuer"}, "https://other.example"},
		"id token":              {map[string]any{"azp": "a", "at_hash": "b", "jti": nil}, nil, []string{"not_access_token"}, "an ID token"},
		"audience":              {nil, object{"required_audience": []string{"1"}}, []string{"missing_audience"}, `lacks "1"`},
		"no scope claim":        {nil, object{"required_scopes": []string{"openid"}}, []string{"missing_scope"}, "has no scope claim"},
		"scope claim":           {map[string]any{"scope": "openid email"}, object{"required_scopes": []string{"openid"}}, nil, ""},
		"role":                  {nil, object{"required_roles": []string{"writer"}, "project_id": w.Project.ID}, []string{"missing_role"}, `lacks "writer"`},
		"role of other project": {nil, object{"required_roles": []string{"boss"}, "project_id": w.Project.ID}, []string{"missing_role"}, ""},
		"role by organization":  {nil, object{"required_roles": []string{"reader"}, "project_id": w.Project.ID, "organization_id": "1"}, []string{"missing_role"}, "by organization 1"},
		"no roles claim":        {map[string]any{own: nil, others: nil}, object{"required_roles": []string{"reader"}, "project_id": w.Project.ID}, []string{"missing_role"}, noRoles},
		"other project's roles": {map[string]any{own: nil}, object{"required_roles": []string{"reader"}, "project_id": w.Project.ID}, []string{"missing_role"}, `it contains roles of project "` + w.OtherProject.ID + `" only. Check project_id, and request the token with the scopes urn:zitadel:iam:org:projects:roles`},
		"no role in project":    {map[string]any{own: map[string]any{}}, object{"required_roles": []string{"reader"}, "project_id": w.Project.ID}, []string{"missing_role"}, `The user lacks "reader" in project ` + w.Project.ID + "; the roles that count are none"},
		"narrowed, perhaps":     {nil, object{"required_roles": []string{"writer"}, "project_id": w.Project.ID}, []string{"missing_role"}, "If the token was requested with scopes that begin with urn:zitadel:iam:org:project:role:"},
		"roles, no project":     {map[string]any{own: nil, others: nil, "urn:zitadel:iam:org:project:roles": map[string]any{"reader": map[string]string{"1": "a"}}}, object{"required_roles": []string{"reader"}, "project_id": w.Project.ID}, []string{"missing_role"}, "only roles without a project"},
		"generic roles claim":   {map[string]any{"urn:zitadel:iam:org:project:roles": map[string]any{"boss": map[string]string{"1": "a"}}}, object{"required_roles": []string{"boss"}, "project_id": "1"}, []string{"missing_role"}, ""},
		"everything at once": {
			map[string]any{"iss": "https://other.example", "exp": ago(time.Hour), "nbf": ago(-time.Minute), "azp": "a"},
			object{"required_audience": []string{"1"}, "required_scopes": []string{"a"}, "required_roles": []string{"b"}, "project_id": w.Project.ID},
			[]string{"expired", "missing_audience", "missing_role", "missing_scope", "not_access_token", "not_yet_valid", "wrong_issuer"}, "",
		},
		"wrong types": {map[string]any{"sub": 7}, nil, []string{"malformed"}, `"sub"`},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				claims := accessTokenClaims(i)
				for claim, value := range c.change {
					claims[claim] = value
					if value == nil {
						delete(claims, claim)
					}
				}
				p := startConfigured(t, object{"issuer": i.URL})
				block := object{"token": i.SignToken(claims), "required_audience": []string{}}
				for at, rule := range c.rules {
					block[at] = rule
				}
				got := p.MustRead(kind, verificationBlock, block)
				if found := failureCodes(got); !slices.Equal(found, c.codes) || got["valid"] != (c.codes == nil) {
					t.Errorf("valid %v, failures %v, want %v", got["valid"], got["failures"], c.codes)
				}
				// Verification involves no application.
				if detail := fmt.Sprint(got["failures"]); !acctest.ContainsAll(detail, c.words) || acctest.ContainsAll(detail, "an application of") {
					t.Errorf("no %q in %v", c.words, detail)
				}
				block["fail_when_invalid"] = true
				if _, found := p.Read(kind, verificationBlock, block); (len(found) > 0) != (c.codes != nil) || !acctest.ContainsAll(found.String(), c.codes...) {
					t.Errorf("fail_when_invalid: %v", found)
				}
			})
		}
	}
}

// Verification returns the claims of the token under the names of introspection.
func TestVerificationClaims(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	asked := issueToken(t, i, w.ServiceJWT.KeyJSON(), everyScope...)
	got := startConfigured(t, object{"issuer": i.URL}).MustRead("data", verificationBlock, object{"token": asked, "project_id": w.Project.ID, "required_audience": []string{w.Project.ID}})
	granted := object{w.OrganizationID: w.OrganizationDomain}
	wanted := object{
		"valid": true, "client_id": w.ServiceJWT.Name, "subject": w.ServiceJWT.ID, "issuer": i.URL, "audience": []any{w.Project.ID},
		"scopes": []any{}, "roles": []any{"reader", "writer"}, "metadata": object{"team": "red"},
		"roles_by_project": object{w.Project.ID: object{"reader": granted, "writer": granted}},
	}
	for name, want := range wanted {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if header := got["header_json"].(string); !acctest.ContainsAll(header, `"kid"`, i.ActiveKeyID()) {
		t.Errorf("header_json is %s", header)
	}
	if i.Requests(optest.Introspection) != 0 {
		t.Error("an introspection request was sent")
	}
}

// Verification has no calling application, so without project_id no role counts.
func TestRolesWithoutProject(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	claims := accessTokenClaims(i)
	claims["urn:zitadel:iam:org:project:roles"] = map[string]any{"boss": map[string]string{"1": "a"}}
	got := startConfigured(t, object{"issuer": i.URL}).MustRead("data", verificationBlock, object{"token": i.SignToken(claims), "required_audience": []string{}})
	if roles := got["roles"].([]any); len(roles) != 0 || got["valid"] != true {
		t.Errorf("roles %v", roles)
	}
}

// required_roles requires project_id, because roles of several projects are never merged.
func TestRequiredRolesWithoutProject(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	for _, kind := range acctest.Kinds {
		_, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, verificationBlock, object{"token": "a.b.c", "required_roles": []string{"reader"}})
		acctest.CheckContains(t, found, "ERROR [project_id]", "required_roles is set without project_id")
	}
}
