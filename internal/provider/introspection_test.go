package provider_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// everyScope contains the scopes that together request all claims about a user.
var everyScope = []string{
	"openid", "profile", rolesScope, "urn:zitadel:iam:user:metadata", "urn:zitadel:iam:user:resourceowner",
}

// rolesScope is the scope that adds the user's roles to a token.
const rolesScope = "urn:zitadel:iam:org:projects:roles"

// projectScope returns the scope that adds a project to the audience of a token.
func projectScope(project string) string { return "urn:zitadel:iam:org:project:id:" + project + ":aud" }

// issueToken requests an access token with a service account key. The audience of the token includes
// i.World.Project.
func issueToken(t *testing.T, i *optest.Issuer, key []byte, scopes ...string) string {
	t.Helper()
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(key)})
	got := p.MustRead("data", "zitadel_access_token", object{
		"scopes": scopes, "project_ids": []string{i.World.Project.ID},
	})
	return got["access_token"].(string)
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	callers := map[string]object{
		"key":            {"key_json": string(w.API.KeyJSON())},
		"secret":         {"client_id": w.APIBasic.ClientID, "client_secret": w.APIBasic.Secret},
		"OIDC app's key": {"key_json": string(w.OIDC.KeyJSON())},
	}
	for _, format := range []string{"opaque", "jwt"} {
		user := map[string]*optest.ServiceUser{"opaque": w.Service, "jwt": w.ServiceJWT}[format]
		issued := issueToken(t, i, user.KeyJSON(), everyScope...)
		for caller, credentials := range callers {
			for _, kind := range acctest.Kinds {
				t.Run(format+"/"+caller+"/"+kind, func(t *testing.T) {
					p := startConfigured(t, object{"issuer": i.URL})
					got := p.MustRead(kind, "zitadel_introspection", object{"token": issued, "credentials": credentials})
					granted := object{w.OrganizationID: w.OrganizationDomain}
					wanted := object{
						"active": true, "valid": true, "failures": []any{},
						"client_id": user.Name, "subject": user.ID, "username": user.Name,
						"issuer": i.URL, "token_type": "Bearer", "audience": []any{w.Project.ID}, "roles": []any{"reader", "writer"},
						"roles_by_project": object{w.Project.ID: object{"reader": granted, "writer": granted}},
						"metadata":         object{"team": "red"},
						"resource_owner":   object{"id": w.OrganizationID, "name": "LAB", "primary_domain": w.OrganizationDomain},
					}
					for name, want := range wanted {
						if !reflect.DeepEqual(got[name], want) {
							t.Errorf("%s is %v, want %v", name, got[name], want)
						}
					}
					for _, name := range []string{"issued_at", "not_before", "expires_at", "auth_time"} {
						if at := acctest.ParseTime(t, got[name]); time.Since(at).Abs() > 13*time.Hour {
							t.Errorf("%s is %s, want a time within 13h of now", name, at)
						}
					}
					if len(got["scopes"].([]any)) != len(everyScope)+1 || got["jwt_id"] == nil || got["expires_in"].(int) < 43000 {
						t.Errorf("scopes %v, jwt_id %v, expires_in %v; want %d scopes, an ID, at least 43000",
							got["scopes"], got["jwt_id"], got["expires_in"], len(everyScope)+1)
					}
					var claims map[string]any
					if err := json.Unmarshal([]byte(got["claims_json"].(string)), &claims); err != nil || claims["sub"] != user.ID {
						t.Errorf("claims_json: error %v, sub %v; want sub %s", err, claims["sub"], user.ID)
					}
				})
			}
		}
	}
}

// An inactive token must not be an error. The results active and valid must be false, collections must
// be empty, and all other results null. The detail of the failure must contain the likely reasons.
func TestIntrospectionOfInactiveToken(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	other := acctest.StartIssuer(t)
	elsewhere := issueToken(t, other, w.ServiceJWT.KeyJSON())
	opaque := func(caller *optest.Application) error {
		return fault.New("inactive-opaque", "application", caller.ClientID)
	}
	fromClaims := func(reasons ...error) error { return fault.New("inactive-evidence", "reason", errors.Join(reasons...)) }
	audience := func(caller *optest.Application) error {
		return fault.New("inactive-audience", "audience", []string{w.Project.ID}, "application", caller.ClientID)
	}
	for name, c := range map[string]struct {
		token  string
		caller *optest.Application
		reason error
	}{
		"garbage":               {"garbage", w.API, opaque(w.API)},
		"other project, opaque": {issueToken(t, i, w.Service.KeyJSON()), w.OtherAPI, opaque(w.OtherAPI)},
		"other project, JWT":    {issueToken(t, i, w.ServiceJWT.KeyJSON()), w.OtherAPI, fromClaims(audience(w.OtherAPI))},
		"other issuer, JWT": {
			elsewhere, w.API,
			fromClaims(fault.New("inactive-issuer", "found", other.URL, "expected", i.URL), audience(w.API)),
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(c.caller.KeyJSON())})
				got := p.MustRead(kind, "zitadel_introspection", object{"token": c.token})
				for at, value := range got {
					switch at {
					case "active", "valid":
						if value != false {
							t.Errorf("%s is %v, want false", at, value)
						}
					case "failures":
						checkFailures(t, got, failure{"inactive", fault.New("token-inactive", "reason", c.reason)})
					case "scopes", "audience", "roles":
						if len(value.([]any)) != 0 {
							t.Errorf("%s is %v, want none", at, value)
						}
					case "roles_by_project", "metadata":
						if len(value.(object)) != 0 {
							t.Errorf("%s is %v, want none", at, value)
						}
					case "token": // the ephemeral resource returns its arguments
					default:
						if value != nil {
							t.Errorf("%s is %v, want null", at, value)
						}
					}
				}
			})
		}
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	w := i.World
	i.Grant(w.Service, w.OtherProject, "reader")
	issued := issueToken(t, i, w.Service.KeyJSON(), everyScope...)
	narrowed := issueToken(t, i, w.Service.KeyJSON(), "urn:zitadel:iam:org:project:role:reader")
	ungranted := issueToken(t, i, w.ServiceNoGrant.KeyJSON(), "openid")
	openidOnly := issueToken(t, i, w.Service.KeyJSON(), "openid")
	withoutGrant := issueToken(t, i, w.ServiceNoGrant.KeyJSON(), "urn:zitadel:iam:org:project:role:superadmin")
	roles := func(code string, missing, applicable []string, values ...any) failure {
		return failure{"missing_role", fault.New(code, append(values, "missing", missing, "applicable", applicable)...)}
	}
	unreported := func(missing, applicable []string, project string, reason *fault.Fault) failure {
		return roles("roles-not-reported", missing, applicable, "project", project, "reason", reason)
	}
	both := []string{"reader", "writer"}
	granted := slices.Sorted(slices.Values(append(slices.Clone(everyScope), projectScope(w.Project.ID))))
	noAudience := failure{"missing_audience", fault.New("audience-of-personal-access-token")}
	noScope := failure{"missing_scope", fault.New("scopes-missing", "missing", []string{"email"}, "scopes", granted)}
	inactive := failure{"inactive", fault.New(
		"token-inactive", "reason", fault.New("inactive-opaque", "application", w.API.ClientID))}
	for name, c := range map[string]struct {
		token    string
		rules    object
		failures []failure
	}{
		"nothing required": {issued, object{}, nil},
		"all requirements met": {
			issued,
			object{
				"required_audience": []string{w.Project.ID}, "required_scopes": []string{"openid"}, "required_roles": both,
			},
			nil,
		},
		"audience": {
			issued, object{"required_audience": []string{w.Project.ID, "1"}},
			[]failure{lacksAudience(w.Project.ID)},
		},
		"scope": {issued, object{"required_scopes": []string{"email"}}, []failure{noScope}},
		"role": {
			issued, object{"required_roles": []string{"reader", "boss"}},
			[]failure{roles("roles-missing", []string{"boss"}, both)},
		},
		"all missing": {
			issued,
			object{
				"required_audience": []string{"1"}, "required_scopes": []string{"email"},
				"required_roles": []string{"boss"},
			},
			[]failure{
				lacksAudience(w.Project.ID), noScope, roles("roles-missing", []string{"boss"}, both),
			},
		},
		"project_id is set": {issued, object{"project_id": w.Project.ID, "required_roles": []string{"writer"}}, nil},
		"other project's roles": {
			issued, object{"project_id": w.OtherProject.ID, "required_roles": []string{"writer"}},
			[]failure{unreported([]string{"writer"}, nil, w.OtherProject.ID, fault.New("roles-of-other-project",
				"project", w.OtherProject.ID, "projects", []string{w.Project.ID}))},
		},
		"organization": {
			issued, object{"organization_id": w.OrganizationID, "required_roles": []string{"writer"}}, nil,
		},
		"other organization": {
			issued, object{"organization_id": "1", "required_roles": []string{"writer"}},
			[]failure{roles("roles-missing", []string{"writer"}, nil, "organization", "1")},
		},
		"role requested, not granted": {
			withoutGrant, object{"required_roles": []string{"superadmin"}},
			[]failure{roles("roles-missing", []string{"superadmin"}, nil)},
		},
		"narrowed by a scope": {
			narrowed, object{"required_roles": both},
			[]failure{unreported([]string{"writer"}, []string{"reader"}, "", fault.New("roles-limited-by-scope",
				"requested", []string{"reader"}, "prefix", "urn:zitadel:iam:org:project:role:"))},
		},
		"no roles, project_id is set": {
			ungranted, object{"required_roles": []string{"reader"}, "project_id": w.OtherProject.ID},
			[]failure{unreported([]string{"reader"}, nil, w.OtherProject.ID, fault.New("roles-of-other-project",
				"project", w.OtherProject.ID, "projects", []string{}))},
		},
		"no roles": {
			ungranted, object{"required_roles": []string{"reader"}},
			[]failure{roles("roles-missing", []string{"reader"}, nil)},
		},
		// See recordings 4.80 and 4.90 in internal/optest/testdata.
		"roles without scope": {openidOnly, object{"required_roles": both}, nil},
		"PAT lacks a role": {
			w.Service.PAT, object{"required_roles": []string{"boss"}},
			[]failure{roles("roles-missing", []string{"boss"}, both)},
		},
		"PAT": {w.Service.PAT, object{"required_roles": []string{"reader"}}, nil},
		"PAT has no audience": {
			w.Service.PAT, object{"required_audience": []string{w.Project.ID}}, []failure{noAudience},
		},
		"inactive is the only failure": {
			"garbage", object{"required_audience": []string{"1"}, "required_roles": []string{"boss"}},
			[]failure{inactive},
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.API.KeyJSON())})
				block := object{"token": c.token}
				for at, rule := range c.rules {
					block[at] = rule
				}
				checkFailures(t, p.MustRead(kind, "zitadel_introspection", block), c.failures...)
				block["fail_when_invalid"] = true
				result, found := p.Read(kind, "zitadel_introspection", block)
				if c.failures == nil {
					if len(found) > 0 {
						t.Fatalf("fail_when_invalid: %v", found)
					}
					return
				}
				checkRejection(t, found, c.failures...)
				if kind == "data" && result != nil {
					t.Error("the data source failed, but returned a state")
				}
			})
		}
	}
}

// Roles in different projects must never be merged. Introspection must return the roles in the calling
// application's project, unless project_id selects a different project.
func TestRolesThatCount(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	i.Grant(w.Service, w.OtherProject, "reader")
	both := issueToken(t, i, w.Service.KeyJSON(), append(slices.Clone(everyScope), projectScope(w.OtherProject.ID))...)
	for _, c := range []struct {
		caller *optest.Application
		block  object
		roles  []any
	}{
		{w.API, object{}, []any{"reader", "writer"}},
		{w.API, object{"project_id": w.Project.ID}, []any{"reader", "writer"}},
		{w.API, object{"project_id": w.OtherProject.ID}, []any{}},
		{w.API, object{"organization_id": w.OrganizationID}, []any{"reader", "writer"}},
		{w.API, object{"organization_id": "1"}, []any{}},
		{w.OtherAPI, object{}, []any{"reader"}},
		{w.OtherAPI, object{"project_id": w.OtherProject.ID}, []any{"reader"}},
		{w.OtherAPI, object{"project_id": w.Project.ID}, []any{}},
	} {
		p := startConfigured(t, object{"issuer": i.URL, "key_json": string(c.caller.KeyJSON())})
		c.block["token"] = both
		if got := p.MustRead("data", "zitadel_introspection", c.block); !reflect.DeepEqual(got["roles"], c.roles) {
			t.Errorf("%s, %v, %v: roles %v, want %v; by project %v", c.caller.ClientID,
				c.block["project_id"], c.block["organization_id"], got["roles"], c.roles, got["roles_by_project"])
		}
	}
}
