package provider_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Verification warns if required_audience is null. An empty set accepts any audience.
// Introspection, which requires an application's credentials, does not warn.
func TestUncheckedAudience(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	asked := issueToken(t, i, w.ServiceJWT.KeyJSON())
	credentials := object{"key_json": string(w.API.KeyJSON())}
	for name, c := range map[string]struct {
		block    string
		audience any // nil for null
		warns    bool
		codes    []string
	}{
		"verification, null":   {verificationBlock, nil, true, nil},
		"verification, empty":  {verificationBlock, []string{}, false, nil},
		"verification, met":    {verificationBlock, []string{w.Project.ID}, false, nil},
		"verification, unmet":  {verificationBlock, []string{"1"}, false, []string{"missing_audience"}},
		"introspection, null":  {"zitadel_introspection", nil, false, nil},
		"introspection, empty": {"zitadel_introspection", []string{}, false, nil},
		"introspection, unmet": {"zitadel_introspection", []string{"1"}, false, []string{"missing_audience"}},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				block := object{"token": asked, "required_audience": c.audience}
				if c.block != verificationBlock {
					block["credentials"] = credentials
				}
				got, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, c.block, block)
				if !c.warns && len(found) > 0 || c.warns && len(found) != 1 {
					t.Fatal(found)
				}
				if c.warns {
					acctest.CheckContains(t, found, "WARNING [required_audience] Audience is not checked", "required_audience = [var.project_id]", "required_audience = []")
				}
				if failed := failureCodes(got); !slices.Equal(failed, c.codes) {
					t.Errorf("failures %v, want %v", failed, c.codes)
				}
				// Null and the empty set are returned unchanged.
				entries, _ := got["required_audience"].([]any)
				if wanted, _ := c.audience.([]string); (got["required_audience"] == nil) != (c.audience == nil) || len(entries) != len(wanted) {
					t.Errorf("required_audience is %v, want %v", got["required_audience"], c.audience)
				}
			})
		}
	}
}

// The token of an impersonated user names the actor, and forbid_impersonation rejects
// it, in introspection and verification alike.
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
	for name, c := range map[string]struct {
		token, forbid any
		codes         []string
		actor         any
	}{
		"impersonated":            {impersonated, nil, nil, object{"subject": w.ServiceJWT.ID, "issuer": i.URL}},
		"impersonated, allowed":   {impersonated, false, nil, object{"subject": w.ServiceJWT.ID, "issuer": i.URL}},
		"impersonated, forbidden": {impersonated, true, []string{"impersonated"}, object{"subject": w.ServiceJWT.ID, "issuer": i.URL}},
		"no actor":                {acting, true, nil, nil},
	} {
		for _, block := range []string{"zitadel_introspection", verificationBlock} {
			for _, kind := range acctest.Kinds {
				t.Run(name+"/"+block+"/"+kind, func(t *testing.T) {
					got := p.MustRead(kind, block, object{"token": c.token, "forbid_impersonation": c.forbid, "required_audience": []string{w.Project.ID}})
					if failed := failureCodes(got); !slices.Equal(failed, c.codes) || got["valid"] != (c.codes == nil) || !reflect.DeepEqual(got["actor"], c.actor) {
						t.Errorf("valid %v, failures %v, actor %v", got["valid"], got["failures"], got["actor"])
					}
					if detail := fmt.Sprint(got["failures"]); c.codes != nil && !acctest.ContainsAll(detail, `actor "`+w.ServiceJWT.ID+`"`, w.Service.ID, "forbid_impersonation") {
						t.Error(detail)
					}
				})
			}
		}
	}
}

// The act claim is decoded strictly. A token with the claim has an actor, even if the
// claim is empty.
func TestActClaim(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	outermost := map[string]any{"sub": "2", "iss": "https://z.example", "act": map[string]any{"sub": "3"}}
	for name, c := range map[string]struct {
		act   any
		codes []string
		words string
		actor any
	}{
		"null":            {nil, nil, "", nil},
		"nested":          {outermost, []string{"impersonated"}, `actor "2" (issuer "https://z.example")`, object{"subject": "2", "issuer": "https://z.example"}},
		"subject alone":   {map[string]any{"sub": "2"}, []string{"impersonated"}, `actor "2", who`, object{"subject": "2", "issuer": nil}},
		"empty":           {map[string]any{}, []string{"impersonated"}, "an actor without a subject", object{"subject": nil, "issuer": nil}},
		"other members":   {map[string]any{"client_id": "2"}, []string{"impersonated"}, "an actor without a subject", object{"subject": nil, "issuer": nil}},
		"a string":        {"2", []string{"malformed"}, `claim "act" is a string; expected an object`, nil},
		"an array":        {[]any{outermost}, []string{"malformed"}, `claim "act" is an array; expected an object`, nil},
		"sub a number":    {map[string]any{"sub": 2}, []string{"malformed"}, `claim "act.sub" is a number; expected a string`, nil},
		"iss an object":   {map[string]any{"iss": map[string]any{}}, []string{"malformed"}, `claim "act.iss" is an object; expected a string`, nil},
		"Sub beside sub":  {map[string]any{"sub": "2", "Sub": "3"}, []string{"malformed"}, `"Sub" can be mistaken for "sub"`, nil},
		"SUB alone":       {map[string]any{"SUB": "2"}, []string{"malformed"}, `"SUB" can be mistaken for "sub"`, nil},
		"ſub, as Unicode": {map[string]any{"ſub": "2"}, []string{"malformed"}, `"ſub" can be mistaken for "sub"`, nil},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				claims := accessTokenClaims(i)
				claims["act"] = c.act
				got := startConfigured(t, object{"issuer": i.URL}).MustRead(kind, verificationBlock, object{"token": i.SignToken(claims), "forbid_impersonation": true, "required_audience": []string{}})
				if failed := failureCodes(got); !slices.Equal(failed, c.codes) || !reflect.DeepEqual(got["actor"], c.actor) {
					t.Errorf("failures %v, actor %v", got["failures"], got["actor"])
				}
				if detail := fmt.Sprint(got["failures"]); !acctest.ContainsAll(detail, c.words) {
					t.Errorf("no %q in %s", c.words, detail)
				}
			})
		}
	}
}

// A claim whose name differs from a decisive one only by case is rejected, for any
// project.
func TestConfusableClaims(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	for _, name := range []string{
		"urn:zitadel:iam:org:project:Roles", "URN:zitadel:iam:org:project:" + i.World.Project.ID + ":roles", "urn:zitadel:iam:org:project:no-such-project:ROLES",
		"urn:zitadel:iam:org:project:1:role\u017f", "urn:zitadel:iam:user:Metadata", "urn:zitadel:iam:user:resourceowner:ID", "urn:zitadel:iam:user:resourceowner:Name",
		"urn:zitadel:iam:user:resourceowner:Primary_domain", "Act", "AZP", "At_hash", "C_hash", "S_hash", "Nonce", "Events", "JTI", "\u017fub",
	} {
		claims := accessTokenClaims(i)
		claims[name] = nil
		for _, kind := range acctest.Kinds {
			got := startConfigured(t, object{"issuer": i.URL}).MustRead(kind, verificationBlock, object{"token": i.SignToken(claims), "required_audience": []string{}})
			if failed := failureCodes(got); !slices.Equal(failed, []string{"malformed"}) || !acctest.ContainsAll(fmt.Sprint(got["failures"]), "can be mistaken for") {
				t.Errorf("%s: %v", name, got["failures"])
			}
			i.Fail(optest.Introspection, 1, optest.Fault{Status: 200, Body: fmt.Sprintf(`{"active":true,"sub":"1",%q:null}`, name)})
			_, found := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.API.KeyJSON())}).Read(kind, "zitadel_introspection", object{"token": "opaque"})
			acctest.CheckContains(t, found, "ERROR", "can be mistaken for")
		}
	}
}

// The key of a role may contain any characters. In a scope, it may not contain spaces.
func TestRoleKeys(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	keys := []string{"a:b", "c/d", "é", "*", "h%i", "e f", `n"o`}
	i.Grant(w.ServiceJWT, w.Project, keys...)
	asked := issueToken(t, i, w.ServiceJWT.KeyJSON(), "openid", "urn:zitadel:iam:org:projects:roles")
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.API.KeyJSON())})
	for _, kind := range acctest.Kinds {
		for block, required := range map[string]object{"zitadel_introspection": {"required_roles": keys}, verificationBlock: {"required_roles": keys, "project_id": w.Project.ID}} {
			required["token"], required["required_audience"] = asked, []string{w.Project.ID}
			if got := p.MustRead(kind, block, required); got["valid"] != true || len(got["roles"].([]any)) != len(keys) {
				t.Errorf("%s %s: %v", kind, block, got["failures"])
			}
		}
		service := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
		for _, key := range keys {
			_, found := service.Read(kind, "zitadel_access_token", object{"scopes": []string{"urn:zitadel:iam:org:project:role:" + key}})
			if key != "e f" {
				if len(found) > 0 {
					t.Errorf("%q: %v", key, found)
				}
				continue
			}
			acctest.CheckContains(t, found, "ERROR [scopes", "contains a space", "cannot be requested in a scope")
		}
		for wrong, words := range map[string]string{
			"urn:zitadel:iam:org:project:role:": "it is empty", "urn:zitadel:iam:org:project:role:a\tb": "not printable", "é": "printable ASCII", "a b": "A scope contains a space",
			"urn:zitadel:iam:org:project:role:urn:zitadel:iam:org:project:role:a": "whole scope",
		} {
			_, found := service.Read(kind, "zitadel_access_token", object{"scopes": []string{wrong}})
			acctest.CheckContains(t, found, "ERROR [scopes", words)
		}
	}
}
