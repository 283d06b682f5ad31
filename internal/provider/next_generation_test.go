package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A next-generation ZITADEL instance issues access tokens only as short-lived JWTs, and has neither an
// introspection nor a revocation endpoint. Blocks that require one of these endpoints must report that
// it is unavailable, and all other blocks must work. The test combines these properties with those of
// each release.
func TestNextGeneration(t *testing.T) {
	t.Parallel()
	skipTable(t)
	w := acctest.World()
	service := object{"key_json": acctest.ServiceKey()}
	oidc := object{"key_json": string(w.OIDC.KeyJSON())}
	token := func(t *testing.T, i *optest.Issuer) any {
		t.Helper()
		p := startConfigured(t, object{"issuer": i.URL, "key_json": acctest.ServiceKey()})
		got, _ := p.Read("data", accessTokenBlock, object{
			"project_ids": []string{w.Project.ID}, "scopes": []string{"openid", "urn:zitadel:iam:org:projects:roles"},
		})
		return got["access_token"]
	}
	for name, c := range map[string]struct {
		block       string
		credentials object
		arguments   func(*testing.T, *optest.Issuer) object
		codes       []string
		want        object
	}{
		"access token": {
			accessTokenBlock, service, func(*testing.T, *optest.Issuer) object { return object{} },
			[]string{"token-lifetime-short"}, object{"token_format": "jwt"},
		},
		"verification": {
			verificationBlock, nil, func(t *testing.T, i *optest.Issuer) object {
				return object{
					"token": token(t, i), "required_audience": []string{w.Project.ID}, "project_id": w.Project.ID,
					"required_roles": []string{"reader"},
				}
			}, nil, object{"valid": true},
		},
		"user info": {
			"zitadel_userinfo", nil,
			func(t *testing.T, i *optest.Issuer) object { return object{"token": token(t, i)} },
			nil, object{"subject": w.Service.ID},
		},
		"exchange": {
			tokenExchangeBlock, oidc,
			func(t *testing.T, i *optest.Issuer) object { return object{"subject_token": token(t, i)} },
			nil, object{"token_format": "jwt", "issued_token_type": "access_token"},
		},
		"keys": {
			"zitadel_jwks", nil, func(t *testing.T, i *optest.Issuer) object {
				token(t, i) // every release publishes a signing key once it has signed a token
				return object{}
			}, nil, nil,
		},
		"configuration": {
			"zitadel_openid_configuration", nil, func(*testing.T, *optest.Issuer) object { return object{} },
			nil, object{"introspection_endpoint": nil, "revocation_endpoint": nil},
		},
		"introspection": {
			"zitadel_introspection", object{"key_json": string(w.API.KeyJSON())},
			func(*testing.T, *optest.Issuer) object { return object{"token": w.Service.PAT} },
			[]string{"introspection-unavailable"}, nil,
		},
	} {
		for _, release := range optest.Releases() {
			for _, kind := range acctest.Kinds {
				if kind == "ephemeral" && providerSchemas().EphemeralResourceSchemas[c.block] == nil {
					continue
				}
				t.Run(name+"/"+release.String()+"/"+kind, func(t *testing.T) {
					t.Parallel()
					i := acctest.StartIssuer(t)
					i.Release(release)
					i.TokenExchange(true)
					i.NextGeneration()
					block := object{"issuer": i.URL}
					for argument, value := range c.credentials {
						block[argument] = value
					}
					result, found := startConfigured(t, block).Read(kind, c.block, c.arguments(t, i))
					checkCodes(t, found, c.codes...)
					failed, wantFailure := strings.Contains(found.String(), "ERROR"), name == "introspection"
					if failed != wantFailure {
						t.Fatalf("the block failed: %t, want %t: %v", failed, wantFailure, found)
					}
					for attribute, want := range c.want {
						if result[attribute] != want {
							t.Errorf("%s is %v, want %v", attribute, result[attribute], want)
						}
					}
					if keys, hasKeys := result["keys"].([]any); hasKeys && len(keys) == 0 {
						t.Error("the result contains no keys")
					}
					if n := i.Requests(optest.Introspection); n != 0 {
						t.Errorf("%d introspection requests, want none", n)
					}
				})
			}
		}
	}
}

// If the instance has no revocation endpoint, a block with revoke_with must fail before it requests a
// token, because the token could not be revoked. The same block must work without revoke_with.
func TestRevocationWithNextGeneration(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	i.NextGeneration()
	p := startConfigured(t, object{"issuer": i.URL, "key_json": acctest.ServiceKey()})
	_, found := p.Open(t.Context(), accessTokenBlock, revocableBlock(i))
	acctest.CheckContains(t, found, "ERROR [revoke_with]")
	checkCodes(t, found, "revocation-unavailable")
	if n := i.Requests(optest.Token); n != 0 {
		t.Errorf("%d token requests, want none", n)
	}
	block := revocableBlock(i)
	delete(block, "revoke_with")
	result, found := p.Open(t.Context(), accessTokenBlock, block)
	if checkCodes(t, found, "token-lifetime-short"); result["token_format"] != "jwt" {
		t.Errorf("without revoke_with: token_format is %v, want jwt: %v", result["token_format"], found)
	}
}

// A token with a lifetime of five minutes must be shared for half of its lifetime, although
// min_validity also defaults to five minutes.
func TestTokensOfNextGenerationAreShared(t *testing.T) {
	t.Parallel()
	for _, kind := range acctest.Kinds {
		t.Run(kind, func(t *testing.T) {
			i := acctest.NewIssuer()
			i.NextGeneration()
			onFakeClock(t, i, object{"key_json": acctest.ServiceKey()},
				func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					for _, step := range []struct {
						after    time.Duration // time since the previous step
						requests int
					}{{0, 1}, {2 * time.Minute, 1}, {time.Minute, 2}, {2 * time.Minute, 2}} {
						time.Sleep(step.after)
						result, found := p.Read(kind, accessTokenBlock, object{})
						if left := result["expires_in"].(int); found.Failed() || left < 149 {
							t.Errorf("the token is valid for %d s, want at least 149 s: %v", left, found)
						}
						if got := i.Requests(optest.Token); got != step.requests {
							t.Errorf("%d token requests, want %d", got, step.requests)
						}
					}
				})
		})
	}
}
