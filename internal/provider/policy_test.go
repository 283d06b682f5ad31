package provider_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// failure is an expected element of the "failures" attribute: its code, and the fault that its detail
// describes.
type failure struct {
	code   string
	reason *fault.Fault
}

// lacksAudience returns the failure that is expected for a token with the given audience if
// required_audience is "1".
func lacksAudience(audience ...string) failure {
	return failure{"missing_audience", fault.New(
		"audience-missing", "missing", []string{"1"}, "audience", audience)}
}

// checkFailures reports an error unless a result contains exactly the given failures, in any order.
// The "valid" attribute must be true if there are no failures, and false otherwise.
func checkFailures(t testing.TB, result object, want ...failure) {
	t.Helper()
	details := map[any]any{}
	for _, each := range result["failures"].([]any) {
		details[each.(object)["code"]] = each.(object)["detail"]
	}
	for _, each := range want {
		if detail := message.Advice(each.reason); details[each.code] != detail {
			t.Errorf("detail of %s: got\n%v\nwant\n%s", each.code, details[each.code], detail)
		}
	}
	if len(result["failures"].([]any)) != len(want) || len(details) != len(want) || result["valid"] != (len(want) == 0) {
		t.Errorf("got valid %v and failures %v, want %d failures", result["valid"], result["failures"], len(want))
	}
}

// checkRejection reports an error unless the diagnostics reject the token because of the given
// failures, in this order.
func checkRejection(t testing.TB, found acctest.Diagnostics, want ...failure) {
	t.Helper()
	acctest.CheckContains(t, found, "ERROR [token] "+unableTo("accept token")+": "+textOf("token-rejected")+"\n")
	var codes []string
	for _, each := range want {
		codes = append(codes, each.reason.Code)
		acctest.CheckContains(t, found, "\n  - "+each.code+": "+message.Advice(each.reason)+" ["+each.reason.Code+"]\n")
	}
	checkCodes(t, found, codes...)
}

// Verification must warn if required_audience is null, and must accept any audience without a warning if
// required_audience is empty. Introspection must not warn: it requires an application's credentials, and
// ZITADEL reports a token as active only to an application in the token's audience.
func TestUncheckedAudience(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	token := issueToken(t, i, w.ServiceJWT.KeyJSON())
	credentials := object{"key_json": string(w.API.KeyJSON())}
	for name, c := range map[string]struct {
		block    string
		audience any // nil for null
		warns    bool
		codes    []string
	}{
		"verification, null":     {verificationBlock, nil, true, nil},
		"verification, empty":    {verificationBlock, []string{}, false, nil},
		"verification, found":    {verificationBlock, []string{w.Project.ID}, false, nil},
		"verification, missing":  {verificationBlock, []string{"1"}, false, []string{"missing_audience"}},
		"introspection, null":    {"zitadel_introspection", nil, false, nil},
		"introspection, empty":   {"zitadel_introspection", []string{}, false, nil},
		"introspection, missing": {"zitadel_introspection", []string{"1"}, false, []string{"missing_audience"}},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				block := object{"token": token, "required_audience": c.audience}
				if c.block != verificationBlock {
					block["credentials"] = credentials
				}
				got, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, c.block, block)
				if !c.warns && len(found) > 0 || c.warns && len(found) != 1 {
					t.Fatal(found)
				}
				if c.warns {
					acctest.CheckContains(t, found, "WARNING [required_audience] ")
					checkCodes(t, found, "audience-not-checked")
				}
				if failed := failureCodes(got); !slices.Equal(failed, c.codes) {
					t.Errorf("got failures %v, want %v", failed, c.codes)
				}
				// The result must not confuse null with the empty set.
				entries, _ := got["required_audience"].([]any)
				wanted, _ := c.audience.([]string)
				if (got["required_audience"] == nil) != (c.audience == nil) || len(entries) != len(wanted) {
					t.Errorf("required_audience is %v, want %v", got["required_audience"], c.audience)
				}
			})
		}
	}
}

// The result for an impersonated user's token must contain the actor. If forbid_impersonation is true,
// both introspection and verification must reject the token.
func TestActor(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	i.AllowImpersonation(true)
	i.MakeImpersonator(w.ServiceJWT)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.OIDC.KeyJSON())})
	acting := issueToken(t, i, w.ServiceJWT.KeyJSON(), "openid")
	impersonated := p.MustRead("data", tokenExchangeBlock, object{
		"subject_token": w.Service.ID, "subject_token_type": "user_id", "actor_token": acting, "requested_token_type": "jwt",
	})["access_token"]
	actor := object{"subject": w.ServiceJWT.ID, "issuer": i.URL}
	forbidden := failure{"impersonated", fault.New(
		"token-impersonated", "actor", w.ServiceJWT.ID, "actor_issuer", i.URL, "subject", w.Service.ID)}
	for name, c := range map[string]struct {
		token, forbid any
		failures      []failure
		actor         any
	}{
		"impersonated":            {impersonated, nil, nil, actor},
		"impersonated, allowed":   {impersonated, false, nil, actor},
		"impersonated, forbidden": {impersonated, true, []failure{forbidden}, actor},
		"no actor":                {acting, true, nil, nil},
	} {
		for _, block := range []string{"zitadel_introspection", verificationBlock} {
			for _, kind := range acctest.Kinds {
				t.Run(name+"/"+block+"/"+kind, func(t *testing.T) {
					got := p.MustRead(kind, block, object{
						"token": c.token, "forbid_impersonation": c.forbid, "required_audience": []string{w.Project.ID},
					})
					checkFailures(t, got, c.failures...)
					if !reflect.DeepEqual(got["actor"], c.actor) {
						t.Errorf("got actor %v, want %v", got["actor"], c.actor)
					}
				})
			}
		}
	}
}

// The act claim must be decoded strictly. A token with an act claim counts as impersonated even if the
// claim is an empty object.
func TestActClaim(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	outermost := map[string]any{"sub": "2", "iss": "https://z.example", "act": map[string]any{"sub": "3"}}
	impersonated := func(actor, issuer string) []failure {
		return []failure{{"impersonated", fault.New(
			"token-impersonated", "actor", actor, "actor_issuer", issuer, "subject", i.World.ServiceJWT.ID)}}
	}
	malformed := func(code string, values ...any) []failure {
		return []failure{{"malformed", fault.New("token-claims-malformed", "reason", fault.New(code, values...))}}
	}
	wrongType := func(member, found, expected string) []failure {
		return malformed("member-type", "member", member, "found", found, "expected", expected)
	}
	confusable := func(member string) []failure {
		reason := fault.New("member-confusable", "member", member, "other", "sub")
		return malformed("member-ambiguous", "member", "act", "reason", reason)
	}
	for name, c := range map[string]struct {
		act      any
		failures []failure
		actor    any
	}{
		"null": {nil, nil, nil},
		"nested": {
			outermost, impersonated("2", "https://z.example"), object{"subject": "2", "issuer": "https://z.example"},
		},
		"subject only": {
			map[string]any{"sub": "2"}, impersonated("2", ""), object{"subject": "2", "issuer": nil},
		},
		"empty": {map[string]any{}, impersonated("", ""), object{"subject": nil, "issuer": nil}},
		"other members": {
			map[string]any{"client_id": "2"}, impersonated("", ""), object{"subject": nil, "issuer": nil},
		},
		"string":           {"2", wrongType("act", "a string", "an object"), nil},
		"array":            {[]any{outermost}, wrongType("act", "an array", "an object"), nil},
		"sub is a number":  {map[string]any{"sub": 2}, wrongType("act.sub", "a number", "a string"), nil},
		"iss is an object": {map[string]any{"iss": map[string]any{}}, wrongType("act.iss", "an object", "a string"), nil},
		"Sub and sub":      {map[string]any{"sub": "2", "Sub": "3"}, confusable("Sub"), nil},
		"SUB only":         {map[string]any{"SUB": "2"}, confusable("SUB"), nil},
		"ſub with long s":  {map[string]any{"ſub": "2"}, confusable("ſub"), nil},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				claims := accessTokenClaims(i)
				claims["act"] = c.act
				got := startConfigured(t, object{"issuer": i.URL}).MustRead(kind, verificationBlock, object{
					"token": i.SignToken(claims), "forbid_impersonation": true, "required_audience": []string{},
				})
				checkFailures(t, got, c.failures...)
				if !reflect.DeepEqual(got["actor"], c.actor) {
					t.Errorf("got actor %v, want %v", got["actor"], c.actor)
				}
			})
		}
	}
}

// A token or an introspection response must be reported as malformed if the name of a claim differs only
// in letter case from the name of a claim that the provider uses, or from a roles claim of any project.
// The long s, U+017F, counts as a different letter case of s.
func TestConfusableClaims(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	const roles, owner = "urn:zitadel:iam:org:project:{id}:roles", "urn:zitadel:iam:user:resourceowner:"
	for name, other := range map[string]string{
		"URN:zitadel:iam:org:project:" + i.World.Project.ID + ":roles": roles,
		"urn:zitadel:iam:org:project:no-such-project:ROLES":            roles,
		"urn:zitadel:iam:org:project:1:role\u017f":                     roles,
		"urn:zitadel:iam:org:project:Roles":                            "urn:zitadel:iam:org:project:roles",
		"urn:zitadel:iam:user:Metadata":                                "urn:zitadel:iam:user:metadata",
		owner + "ID":                                                   owner + "id",
		owner + "Name":                                                 owner + "name",
		owner + "Primary_domain":                                       owner + "primary_domain",
		"Act":                                                          "act",
		"AZP":                                                          "azp",
		"At_hash":                                                      "at_hash",
		"C_hash":                                                       "c_hash",
		"S_hash":                                                       "s_hash",
		"Nonce":                                                        "nonce",
		"Events":                                                       "events",
		"JTI":                                                          "jti",
		"\u017fub":                                                     "sub",
	} {
		claims := accessTokenClaims(i)
		claims[name] = nil
		reason := fault.New("member-confusable", "member", name, "other", other)
		for _, kind := range acctest.Kinds {
			got := startConfigured(t, object{"issuer": i.URL}).MustRead(kind, verificationBlock, object{
				"token": i.SignToken(claims), "required_audience": []string{},
			})
			checkFailures(t, got, failure{"malformed", fault.New("token-claims-malformed", "reason", reason)})
			body := fmt.Sprintf(`{"active":true,"sub":"1",%q:null}`, name)
			i.Fail(optest.Introspection, 1, optest.Fault{Status: 200, Body: body})
			p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.API.KeyJSON())})
			_, found := p.Read(kind, "zitadel_introspection", object{"token": "opaque"})
			acctest.CheckContains(t, found, "ERROR", textOf(
				"response-malformed", "document", "introspection response", "reason", reason))
			checkCodes(t, found, "response-malformed")
		}
	}
}

// Role keys with any characters must be accepted, except that a role key in a scope must not contain
// whitespace, which separates scopes.
func TestRoleKeys(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	keys := []string{"a:b", "c/d", "é", "*", "h%i", "e f", `n"o`}
	i.Grant(w.ServiceJWT, w.Project, keys...)
	token := issueToken(t, i, w.ServiceJWT.KeyJSON(), "openid", "urn:zitadel:iam:org:projects:roles")
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.API.KeyJSON())})
	for _, kind := range acctest.Kinds {
		for block, required := range map[string]object{
			"zitadel_introspection": {"required_roles": keys},
			verificationBlock:       {"required_roles": keys, "project_id": w.Project.ID},
		} {
			required["token"], required["required_audience"] = token, []string{w.Project.ID}
			if got := p.MustRead(kind, block, required); got["valid"] != true || len(got["roles"].([]any)) != len(keys) {
				t.Errorf("%s %s: got roles %v and failures %v, want roles %q",
					kind, block, got["roles"], got["failures"], keys)
			}
		}
		const roleScope = "urn:zitadel:iam:org:project:role:"
		service := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
		for _, key := range keys {
			_, found := service.Read(kind, "zitadel_access_token", object{"scopes": []string{roleScope + key}})
			if key != "e f" {
				if len(found) > 0 {
					t.Errorf("role key %q: got %v, want no diagnostics", key, found)
				}
				continue
			}
			acctest.CheckContains(t, found, "ERROR [scopes", rolesScope)
			checkCodes(t, found, "role-space")
		}
		for scope, code := range map[string]string{
			roleScope: "role-empty", roleScope + "a\tb": "role-characters", "é": "scope-characters", "a b": "scope-space",
			roleScope + roleScope + "a": "role-is-scope",
		} {
			_, found := service.Read(kind, "zitadel_access_token", object{"scopes": []string{scope}})
			acctest.CheckContains(t, found, "ERROR [scopes")
			checkCodes(t, found, code)
			if isRole := strings.HasPrefix(scope, roleScope); isRole {
				acctest.CheckContains(t, found, textOf("scope-role")+"\n  - "+adviceOf(code))
			}
		}
	}
}
