package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// releaseCase is a test case of TestEachRelease: a block that is read with each release of ZITADEL. The
// outcome can differ between releases, for example because their token formats differ.
type releaseCase struct {
	block    string
	provider func(*optest.Issuer) object // returns the credentials of the provider block; nil for none
	prepare  func(*optest.Issuer)        // prepares the issuer before any request; may be nil
	// first is called with the provider process before the block is read. It may be nil.
	first func(*testing.T, *optest.Issuer, *acctest.Process)
	// arguments returns the arguments of the block. It may request tokens.
	arguments func(*testing.T, *optest.Issuer) object
	// codes returns the expected codes of the diagnostics, separated by spaces. If codes is nil
	// or returns "", the block must succeed.
	codes func(optest.Release) string
	// check checks the results of a block that succeeds. It may be nil.
	check func(*testing.T, optest.Release, *optest.Issuer, object)
}

// before returns a function for releaseCase.codes, for a block that fails with the given codes in all releases
// older than first, and succeeds in all others.
func before(first optest.Release, codes string) func(optest.Release) string {
	return func(r optest.Release) string {
		if r > first {
			return codes
		}
		return ""
	}
}

// from returns a function for releaseCase.codes, for a block that fails with the given codes in first and in
// all later releases, and succeeds in all others.
func from(first optest.Release, codes string) func(optest.Release) string {
	return func(r optest.Release) string {
		if r <= first {
			return codes
		}
		return ""
	}
}

// releaseCases returns the test cases of TestEachRelease, keyed by name.
func releaseCases() map[string]releaseCase {
	w := acctest.World()
	service := func(*optest.Issuer) object { return object{"key_json": string(w.Service.KeyJSON())} }
	serviceJWT := func(*optest.Issuer) object { return object{"key_json": string(w.ServiceJWT.KeyJSON())} }
	api := func(*optest.Issuer) object { return object{"key_json": string(w.API.KeyJSON())} }
	oidc := func(*optest.Issuer) object { return object{"key_json": string(w.OIDC.KeyJSON())} }
	projects := func(*testing.T, *optest.Issuer) object { return object{"project_ids": []string{w.Project.ID}} }
	tokenOf := func(u *optest.ServiceUser, more object) func(*testing.T, *optest.Issuer) object {
		return func(t *testing.T, i *optest.Issuer) object {
			t.Helper()
			arguments := object{"token": issueToken(t, i, u.KeyJSON(), "openid", "urn:zitadel:iam:org:projects:roles")}
			for name, value := range more {
				arguments[name] = value
			}
			return arguments
		}
	}
	exchange := func(more object) func(*testing.T, *optest.Issuer) object {
		return func(t *testing.T, i *optest.Issuer) object {
			t.Helper()
			arguments := object{"subject_token": issueToken(t, i, w.Service.KeyJSON(), "openid")}
			for name, value := range more {
				arguments[name] = value
			}
			return arguments
		}
	}
	enabled := func(i *optest.Issuer) { i.TokenExchange(true) }
	valid := func(t *testing.T, _ optest.Release, _ *optest.Issuer, result object) {
		t.Helper()
		if result["valid"] != true {
			t.Errorf("got failures %v, want none", result["failures"])
		}
	}
	format := func(want string) func(*testing.T, optest.Release, *optest.Issuer, object) {
		return func(t *testing.T, r optest.Release, _ *optest.Issuer, result object) {
			t.Helper()
			text := result["access_token"].(string)
			if result["token_format"] != want {
				t.Errorf("got token_format %v, want %s", result["token_format"], want)
			}
			// Only the newest release issues opaque tokens in JWE format.
			if want == "opaque" && strings.Contains(text, ".") != (r == optest.ReleaseNewest) {
				t.Errorf("the opaque token has %d dots, want dots: %t", strings.Count(text, "."), r == optest.ReleaseNewest)
			}
		}
	}
	granted := func(scopes ...any) func(*testing.T, optest.Release, *optest.Issuer, object) {
		return func(t *testing.T, _ optest.Release, _ *optest.Issuer, result object) {
			t.Helper()
			if got := result["granted_scopes"].([]any); !slices.Equal(got, scopes) {
				t.Errorf("got granted_scopes %v, want %v", got, scopes)
			}
		}
	}
	rejectedKey := func(r optest.Release) string {
		if r == optest.ReleaseNewest {
			return "key-not-accepted credentials-new"
		}
		return "key-not-accepted server-error-or-assertion credentials-new"
	}
	policy := object{
		"project_id": w.Project.ID, "required_roles": []string{"reader"}, "required_audience": []string{w.Project.ID},
	}
	return map[string]releaseCase{
		"opaque access token": {
			block: accessTokenBlock, provider: service, arguments: projects, check: format("opaque"),
		},
		"JWT access token": {
			block: accessTokenBlock, provider: serviceJWT, arguments: projects, check: format("jwt"),
		},
		"client ID and secret": {
			block: accessTokenBlock, arguments: projects, check: format("opaque"),
			provider: func(*optest.Issuer) object {
				return object{"client_id": w.Service.Name, "client_secret": w.Service.Secret}
			},
		},
		"login name as client ID": {
			block: accessTokenBlock, arguments: projects,
			provider: func(*optest.Issuer) object {
				return object{"client_id": w.Service.Name + "@" + w.OrganizationDomain, "client_secret": w.Service.Secret}
			},
			codes: from(optest.ReleaseV2_71, "service-account-unknown credentials-new"),
		},
		"deleted key": {
			block: accessTokenBlock, provider: service, arguments: projects, codes: rejectedKey,
			prepare: func(i *optest.Issuer) { i.DeleteKey("400663552009964582") },
		},
		"role that ZITADEL cannot read": {
			block: accessTokenBlock, provider: service, arguments: projects,
			prepare: func(i *optest.Issuer) { i.Grant(w.Service, w.OtherProject, "{br}") },
			codes: func(optest.Release) string {
				return "key-not-accepted server-error-or-assertion credentials-new"
			},
		},
		"role that ZITADEL cannot read, granted after a token was issued": {
			block: accessTokenBlock, provider: service,
			arguments: func(*testing.T, *optest.Issuer) object { return object{"scopes": []string{"openid", "profile"}} },
			first: func(t *testing.T, i *optest.Issuer, p *acctest.Process) {
				t.Helper()
				p.MustRead("data", accessTokenBlock, object{})
				i.Grant(w.Service, w.OtherProject, "{br}")
			},
			codes: func(optest.Release) string { return "server-error-after-success" },
		},
		"role that ZITADEL cannot read, with a secret": {
			block: accessTokenBlock, arguments: projects,
			provider: func(*optest.Issuer) object {
				return object{"client_id": w.Service.Name, "client_secret": w.Service.Secret}
			},
			prepare: func(i *optest.Issuer) { i.Grant(w.Service, w.OtherProject, "{br}") },
			codes:   func(optest.Release) string { return "server-error" },
		},
		"introspection of an opaque token": {
			block: "zitadel_introspection", provider: api, arguments: tokenOf(w.Service, policy), check: valid,
		},
		"introspection of a JWT": {
			block: "zitadel_introspection", provider: api, arguments: tokenOf(w.ServiceJWT, policy), check: valid,
		},
		"introspection of a PAT": {
			block: "zitadel_introspection", provider: api, check: valid,
			arguments: func(_ *testing.T, i *optest.Issuer) object {
				return object{"token": i.PAT(w.Service), "required_roles": []string{"reader"}}
			},
		},
		"introspection of garbage": {
			block: "zitadel_introspection", provider: api,
			arguments: func(*testing.T, *optest.Issuer) object { return object{"token": strings.Repeat("A", 104)} },
			check: func(t *testing.T, _ optest.Release, _ *optest.Issuer, result object) {
				t.Helper()
				if codes := failureCodes(result); !slices.Equal(codes, []string{"inactive"}) {
					t.Errorf("got failures %v, want inactive", codes)
				}
			},
		},
		"verification of a JWT": {
			block: verificationBlock, arguments: tokenOf(w.ServiceJWT, policy),
			check: func(t *testing.T, r optest.Release, i *optest.Issuer, result object) {
				t.Helper()
				valid(t, r, i, result)
				if hasClient := result["client_id"] != nil; hasClient != (r != optest.ReleaseV2_62) {
					t.Errorf("got client_id %v, want it set: %t", result["client_id"], r != optest.ReleaseV2_62)
				}
			},
		},
		"verification of an opaque token": {
			block: verificationBlock, arguments: tokenOf(w.Service, policy),
			check: func(t *testing.T, _ optest.Release, _ *optest.Issuer, result object) {
				t.Helper()
				if codes := failureCodes(result); !slices.Equal(codes, []string{"opaque_token"}) {
					t.Errorf("got failures %v, want opaque_token", codes)
				}
			},
		},
		"verification before the first signature": {
			block: verificationBlock,
			arguments: func(_ *testing.T, i *optest.Issuer) object {
				other := optest.New(i.URL, optest.NewWorld())
				other.RotateKey()
				other.RotateKey()
				return object{"token": other.SignToken(accessTokenClaims(i)), "required_audience": []string{}}
			},
			check: func(t *testing.T, _ optest.Release, _ *optest.Issuer, result object) {
				t.Helper()
				if codes := failureCodes(result); !slices.Equal(codes, []string{"unknown_key"}) {
					t.Errorf("got failures %v, want unknown_key", codes)
				}
			},
		},
		"user info": {
			block:     "zitadel_userinfo",
			arguments: func(_ *testing.T, i *optest.Issuer) object { return object{"token": i.PAT(w.Service)} },
			check: func(t *testing.T, _ optest.Release, _ *optest.Issuer, result object) {
				t.Helper()
				if result["subject"] != w.Service.ID || result["username"] != w.Service.Name {
					t.Errorf("got subject %v and username %v, want %s and %s",
						result["subject"], result["username"], w.Service.ID, w.Service.Name)
				}
			},
		},
		"keys before the first signature": {
			block:     "zitadel_jwks",
			arguments: func(*testing.T, *optest.Issuer) object { return object{} },
			check: func(t *testing.T, r optest.Release, _ *optest.Issuer, result object) {
				t.Helper()
				if published := len(result["keys"].([]any)) > 0; published != (r <= optest.ReleaseV3_4) {
					t.Errorf("got keys %v, want keys: %t", result["keys"], r <= optest.ReleaseV3_4)
				}
			},
		},
		"exchange with the default settings": {
			block: tokenExchangeBlock, provider: oidc, arguments: exchange(nil),
			codes: before(optest.ReleaseV4_13, "exchange-disabled"), check: format("opaque"),
		},
		"exchange": {
			block: tokenExchangeBlock, provider: oidc, prepare: enabled,
			arguments: exchange(object{"scopes": []string{"openid"}, "requested_token_type": "jwt"}), check: format("jwt"),
		},
		"exchange of a PAT": {
			block: tokenExchangeBlock, provider: oidc, prepare: enabled, check: format("opaque"),
			arguments: func(_ *testing.T, i *optest.Issuer) object { return object{"subject_token": i.PAT(w.Service)} },
		},
		"exchange for a scope that the subject token lacks": {
			block: tokenExchangeBlock, provider: oidc, prepare: enabled,
			arguments: exchange(object{"scopes": []string{"openid", "email"}}),
			codes:     from(optest.ReleaseNewest, "exchange-scope"), check: granted("email", "openid"),
		},
		"exchange of a token for a different project": {
			block: tokenExchangeBlock, provider: oidc, prepare: enabled,
			arguments: func(t *testing.T, i *optest.Issuer) object {
				t.Helper()
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.Service.KeyJSON())})
				got := p.MustRead("data", accessTokenBlock, object{"project_ids": []string{w.OtherProject.ID}})
				return object{"subject_token": got["access_token"]}
			},
			codes: from(optest.ReleaseNewest, "subject-token-invalid"),
		},
		"exchange for an audience that the subject token lacks": {
			block: tokenExchangeBlock, provider: oidc, prepare: enabled,
			arguments: exchange(object{"audience": []string{w.OtherProject.ID}}),
			codes:     func(optest.Release) string { return "exchange-audience" },
		},
		"exchange with the wrong secret": {
			block: tokenExchangeBlock, arguments: exchange(nil),
			provider: func(*optest.Issuer) object {
				return object{"client_id": w.OIDC.ClientID, "client_secret": "different-secret"}
			},
			codes: func(optest.Release) string { return "exchange-secret-wrong credentials-new" },
		},
		"impersonation by an impersonated user": {
			block: tokenExchangeBlock, provider: oidc,
			prepare: func(i *optest.Issuer) {
				i.TokenExchange(true)
				i.AllowImpersonation(true)
				i.MakeImpersonator(w.Service)
			},
			arguments: func(t *testing.T, i *optest.Issuer) object {
				t.Helper()
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.OIDC.KeyJSON())})
				impersonated := p.MustRead("data", tokenExchangeBlock, object{
					"subject_token": w.ServiceJWT.ID, "subject_token_type": "user_id",
					"actor_token": issueToken(t, i, w.Service.KeyJSON(), "openid"),
				})
				return object{
					"subject_token": issueToken(t, i, w.Service.KeyJSON(), "openid"), "actor_token": impersonated["access_token"],
				}
			},
			codes: func(r optest.Release) string {
				if r == optest.ReleaseV2_62 {
					return "connection-closed"
				}
				return "impersonation-not-allowed"
			},
		},
	}
}

// Each case must have the expected outcome, both as a data source and as an ephemeral resource, with
// each release whose responses were recorded. The cases cover the differences between these responses.
func TestEachRelease(t *testing.T) {
	t.Parallel()
	skipTable(t)
	for name, c := range releaseCases() {
		for _, release := range optest.Releases() {
			for _, kind := range acctest.Kinds {
				if kind == "ephemeral" && providerSchemas().EphemeralResourceSchemas[c.block] == nil {
					continue
				}
				t.Run(name+"/"+release.String()+"/"+kind, func(t *testing.T) {
					t.Parallel()
					i := acctest.StartIssuer(t)
					i.Release(release)
					if c.prepare != nil {
						c.prepare(i)
					}
					block := object{"issuer": i.URL}
					if c.provider != nil {
						for argument, value := range c.provider(i) {
							block[argument] = value
						}
					}
					p := startConfigured(t, block)
					if c.first != nil {
						c.first(t, i, p)
					}
					result, found := p.Read(kind, c.block, c.arguments(t, i))
					want := ""
					if c.codes != nil {
						want = c.codes(release)
					}
					checkCodes(t, found, strings.Fields(want)...)
					if found.Failed() != (want != "") {
						t.Fatalf("the block failed: %t, want %t: %v", found.Failed(), want != "", found)
					}
					if want == "" && c.check != nil {
						c.check(t, release, i, result)
					}
					checkRequestID(t, release, found)
				})
			}
		}
	}
}

// checkRequestID checks that an error about a response contains a request ID if the release sends
// request IDs, and no request ID otherwise.
func checkRequestID(t *testing.T, release optest.Release, found acctest.Diagnostics) {
	t.Helper()
	text := found.String()
	if !strings.Contains(text, inResponse("")) {
		return
	}
	if hasID := strings.Contains(text, "request ID"); hasID != (release <= optest.ReleaseV4_13) {
		t.Errorf("the error contains a request ID: %t, want %t: %s", hasID, !hasID, text)
	}
}

// With each release, a token must be revoked when its block is closed.
func TestRevocationWithEachRelease(t *testing.T) {
	t.Parallel()
	for _, release := range optest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			i := acctest.StartIssuer(t)
			i.Release(release)
			p := startConfigured(t, object{"issuer": i.URL, "key_json": acctest.ServiceKey()})
			got, found := p.Open(t.Context(), accessTokenBlock, revocableBlock(i))
			if len(found) > 0 || !isActive(t, i, got["access_token"]) {
				t.Fatalf("the token is not active: %v", found)
			}
			if found := p.Close(got); len(found) > 0 || isActive(t, i, got["access_token"]) {
				t.Errorf("the token is still active, or closing its block caused diagnostics: %v", found)
			}
		})
	}
}
