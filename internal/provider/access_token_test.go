package provider_test

import (
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestAccessToken(t *testing.T) {
	t.Parallel()
	skipTable(t)
	w := acctest.World()
	const zitadel = "urn:zitadel:iam:org:project:id:zitadel:aud"
	project := "urn:zitadel:iam:org:project:id:" + w.Project.ID + ":aud"
	other := "urn:zitadel:iam:org:project:id:" + w.OtherProject.ID + ":aud"
	key := object{"key_json": string(w.Service.KeyJSON())}
	for name, c := range map[string]struct {
		block   object
		scope   string // in the token request
		format  string
		idToken bool
	}{
		"key, default scopes": {object{"credentials": key}, "openid " + zitadel, "opaque", true},
		"key, JWT": {
			object{"credentials": object{"key_json": string(w.ServiceJWT.KeyJSON())}}, "openid " + zitadel, "jwt",
			true,
		},
		"client credentials": {
			object{"credentials": object{"client_id": w.Service.Name, "client_secret": w.Service.Secret}},
			"openid " + zitadel, "opaque", true,
		},
		"client credentials, JWT": {
			object{"credentials": object{"client_id": w.ServiceJWT.Name, "client_secret": w.ServiceJWT.Secret}},
			"openid " + zitadel, "jwt", true,
		},
		"no project IDs": {object{"credentials": key, "project_ids": []string{}}, "openid " + zitadel, "opaque", true},
		"project": {
			object{"credentials": key, "project_ids": []string{w.Project.ID}}, "openid " + project, "opaque", true,
		},
		"two projects": {
			object{"credentials": key, "project_ids": []string{w.Project.ID, w.OtherProject.ID}},
			"openid " + project + " " + other, "opaque", true,
		},
		"zitadel": {object{"credentials": key, "project_ids": []string{"zitadel"}}, "openid " + zitadel, "opaque", true},
		"project and zitadel": {
			object{"credentials": key, "project_ids": []string{"zitadel", w.Project.ID}},
			"openid " + project + " " + zitadel, "opaque", true,
		},
		"scopes replace defaults": {object{"credentials": key, "scopes": []string{"profile"}}, "profile", "opaque", false},
		"scopes, no project IDs": {
			object{"credentials": key, "scopes": []string{"openid"}, "project_ids": []string{}}, "openid", "opaque",
			true,
		},
		"scopes and project": {
			object{"credentials": key, "scopes": []string{"openid"}, "project_ids": []string{w.Project.ID}},
			"openid " + project, "opaque", true,
		},
		"ZITADEL API scope": {
			object{"credentials": key, "scopes": []string{"openid", zitadel}, "project_ids": []string{w.Project.ID}},
			"openid " + project + " " + zitadel, "opaque", true,
		},
		"project scope alone": {
			object{"credentials": key, "scopes": []string{}, "project_ids": []string{w.Project.ID}}, project,
			"opaque", false,
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				p := startConfigured(t, object{"issuer": i.URL})
				got := p.MustRead(kind, "zitadel_access_token", c.block)
				if sent := i.Last(optest.Token).Form.Get("scope"); sent != c.scope {
					t.Errorf("scope sent: %q, want %q", sent, c.scope)
				}
				if got["token_format"] != c.format || got["token_type"] != "Bearer" {
					t.Errorf("format %v, type %v; want %s, Bearer", got["token_format"], got["token_type"], c.format)
				}
				if has := got["id_token"] != nil; has != c.idToken {
					t.Errorf("ID token: %v, want %v", has, c.idToken)
				}
				issued, expires := acctest.ParseTime(t, got["issued_at"]), acctest.ParseTime(t, got["expires_at"])
				if life := expires.Sub(issued); life != 43199*time.Second {
					t.Errorf("the token is valid for %s, want 43199s", life)
				}
				if in := got["expires_in"].(int); in < 43100 || in > 43199 {
					t.Errorf("expires_in is %d, want 43100 to 43199", in)
				}
				if parts := strings.Count(got["access_token"].(string), ".") + 1; (parts == 3) != (c.format == "jwt") {
					t.Errorf("the token has %d parts, which does not match format %s", parts, c.format)
				}
			})
		}
	}
}

// revoke_with adds a scope for the revoking application's client ID, which must not count as a
// project: without project_ids and scopes, the block must still request the audience of ZITADEL's
// own API.
func TestAccessTokenScopesWithRevocation(t *testing.T) {
	t.Parallel()
	const prefix, zitadel = "urn:zitadel:iam:org:project:id:", "urn:zitadel:iam:org:project:id:zitadel:aud"
	w := acctest.World()
	project, revoker := prefix+w.Project.ID+":aud", prefix+w.OIDC.ClientID+":aud"
	for name, c := range map[string]struct {
		block object
		want  []string
	}{
		"no projects":    {object{}, []string{"openid", revoker, zitadel}},
		"no project IDs": {object{"project_ids": []string{}}, []string{"openid", revoker, zitadel}},
		"project":        {object{"project_ids": []string{w.Project.ID}}, []string{"openid", project, revoker}},
		"project and zitadel": {
			object{"project_ids": []string{w.Project.ID, "zitadel"}}, []string{"openid", project, revoker, zitadel},
		},
		"scopes": {object{"scopes": []string{"openid"}}, []string{"openid", revoker}},
	} {
		t.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			block := revocableBlock(i)
			delete(block, "scopes")
			delete(block, "project_ids")
			maps.Copy(block, c.block)
			p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.Service.KeyJSON())})
			p.Close(p.MustRead("ephemeral", accessTokenBlock, block))
			if sent, want := i.Last(optest.Token).Form.Get("scope"), strings.Join(c.want, " "); sent != want {
				t.Errorf("scope sent: %q, want %q", sent, want)
			}
		})
	}
}

// A presigned assertion, here one from zitadel_client_assertion, must be accepted instead of a key.
func TestAccessTokenFromAssertion(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	for _, kind := range acctest.Kinds {
		p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
		signed := p.MustRead(kind, "zitadel_client_assertion", nil)
		p = startConfigured(t, object{"issuer": i.URL, "assertion": signed["assertion"]})
		if got := p.MustRead(kind, "zitadel_access_token", nil); got["access_token"] == nil {
			t.Errorf("%s: no token", kind)
		}
		if i.Last(optest.Token).Form.Get("assertion") != signed["assertion"] {
			t.Errorf("%s: the token request does not contain the presigned assertion", kind)
		}
	}
}

// Blocks with identical arguments must share one token request. Blocks with different scopes or
// credentials must not.
func TestAccessTokensAreShared(t *testing.T) {
	t.Parallel()
	for _, kind := range acctest.Kinds {
		t.Run(kind, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
			var group sync.WaitGroup
			tokens := make([]any, 50)
			for n := range tokens {
				group.Go(func() {
					got, _ := p.Read(kind, "zitadel_access_token", nil)
					tokens[n] = got["access_token"]
				})
			}
			group.Wait()
			for _, token := range tokens {
				if token != tokens[0] || token == nil {
					t.Fatal("a block got no token, or not the same token as the first block")
				}
			}
			if d, k := i.Requests(optest.Discovery), i.Requests(optest.Token); d != 1 || k != 1 {
				t.Errorf("%d requests for discovery and %d for tokens, want one each", d, k)
			}
			p.MustRead(kind, "zitadel_access_token", object{"scopes": []string{"openid"}})
			p.MustRead(
				kind,
				"zitadel_access_token",
				object{"credentials": object{"key_json": string(i.World.ServiceJWT.KeyJSON())}},
			)
			if k := i.Requests(optest.Token); k != 3 {
				t.Errorf("%d token requests, want 3: different scopes or credentials must not share a token", k)
			}
		})
	}
}

func TestMinValidity(t *testing.T) {
	t.Parallel()
	for _, kind := range acctest.Kinds {
		t.Run(kind, func(t *testing.T) {
			i := acctest.NewIssuer()
			i.TokenLifetime(10 * time.Minute)
			onFakeClock(
				t,
				i,
				object{"key_json": acctest.ServiceKey()},
				func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					first := p.MustRead(kind, "zitadel_access_token", object{"min_validity": "4m"})
					second, found := p.Read(kind, "zitadel_access_token", object{"min_validity": "1h"})
					if first["access_token"] != second["access_token"] || i.Requests(optest.Token) != 1 {
						t.Error("a token with more than half of its lifetime left was not shared")
					}
					checkCodes(t, found, "token-lifetime-short")
					acctest.CheckContains(t, found, "WARNING [min_validity]", "9m59s", "1h")
					p.MustRead(kind, "zitadel_access_token", object{"min_validity": "2h"}) // no second warning
				},
			)
		})
	}
}
