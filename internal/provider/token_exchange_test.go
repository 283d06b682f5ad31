package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const tokenExchangeBlock = "zitadel_token_exchange"

func TestTokenExchange(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	subject := issueToken(t, i, w.Service.KeyJSON(), "openid", "urn:zitadel:iam:org:projects:roles")
	for name, c := range map[string]struct {
		block  object
		format string
		issued string
		scopes []any // expected granted_scopes; nil to skip the check
	}{
		"defaults":       {object{}, "opaque", "access_token", nil},
		"JWT":            {object{"requested_token_type": "jwt"}, "jwt", "jwt", nil},
		"ID token":       {object{"requested_token_type": "id_token"}, "jwt", "id_token", nil},
		"narrower scope": {object{"scopes": []string{"openid"}}, "opaque", "access_token", []any{"openid"}},
		"explicit type":  {object{"subject_token_type": "access_token"}, "opaque", "access_token", nil},
	} {
		for by, credentials := range map[string]object{
			"key":    {"key_json": string(w.OIDC.KeyJSON())},
			"secret": {"client_id": w.OIDC.ClientID, "client_secret": w.OIDC.Secret},
		} {
			for _, kind := range acctest.Kinds {
				t.Run(name+"/"+by+"/"+kind, func(t *testing.T) {
					p := startConfigured(t, object{"issuer": i.URL})
					block := object{"subject_token": subject, "credentials": credentials}
					for at, value := range c.block {
						block[at] = value
					}
					got := p.MustRead(kind, tokenExchangeBlock, block)
					if got["access_token"] == subject || got["token_format"] != c.format || got["issued_token_type"] != c.issued {
						t.Errorf("got format %v and issued type %v, want %s and %s, and a new token",
							got["token_format"], got["issued_token_type"], c.format, c.issued)
					}
					if want := c.scopes; want != nil && !slices.Equal(got["granted_scopes"].([]any), want) {
						t.Errorf("got granted_scopes %v, want %v", got["granted_scopes"], want)
					}
					if !acctest.ParseTime(t, got["expires_at"]).After(acctest.ParseTime(t, got["issued_at"])) ||
						got["expires_in"].(int) < 43000 {
						t.Errorf("the token is valid from %v to %v, want at least 43000 s", got["issued_at"], got["expires_at"])
					}
				})
			}
		}
	}
}

// granted_scopes must contain the scopes in the response, or the requested scopes if the response
// contains none (RFC 8693 section 2.2.1).
func TestGrantedScopes(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	w := i.World
	requested := []string{"profile", "openid"}
	for name, c := range map[string]struct {
		scope     string // the "scope" member of the response
		requested []string
		want      []any
	}{
		"both":           {`"scope":"openid",`, requested, []any{"openid"}},
		"response":       {`"scope":"profile email",`, nil, []any{"email", "profile"}},
		"request":        {``, requested, []any{"openid", "profile"}},
		"null":           {`"scope":null,`, requested, []any{"openid", "profile"}},
		"empty":          {`"scope":"",`, requested, []any{"openid", "profile"}},
		"blank":          {`"scope":" ",`, requested, []any{"openid", "profile"}},
		"neither":        {``, nil, []any{}},
		"neither, null":  {`"scope":null,`, nil, []any{}},
		"neither, empty": {``, []string{}, []any{}},
		"repeated":       {`"scope":"openid openid",`, nil, []any{"openid"}},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				body := `{` + c.scope + `"access_token":"a","token_type":"Bearer","expires_in":3600}`
				i.Fail(optest.Token, 1, optest.Fault{Status: 200, Body: body})
				block := object{
					"subject_token": w.Service.PAT,
					"credentials":   object{"client_id": w.OIDC.ClientID, "client_secret": w.OIDC.Secret},
				}
				if c.requested != nil {
					block["scopes"] = c.requested
				}
				got := startConfigured(t, object{"issuer": i.URL}).MustRead(kind, tokenExchangeBlock, block)
				if scopes, _ := got["granted_scopes"].([]any); scopes == nil || !slices.Equal(scopes, c.want) {
					t.Errorf("got granted_scopes %v, want %v", got["granted_scopes"], c.want)
				}
			})
		}
	}
}

// TestImpersonation exchanges a user ID, with an actor token, for that user's token. As long as the
// instance does not allow impersonation, or the actor is not an impersonator, the error must say so.
func TestImpersonation(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.OIDC.KeyJSON())})
	block := object{
		"subject_token": w.ServiceJWT.ID, "subject_token_type": "user_id",
		"actor_token": issueToken(t, i, w.Service.KeyJSON(), "openid"),
	}
	_, found := p.Read("data", tokenExchangeBlock, block)
	acctest.CheckContains(t, found, "ERROR", "PolicyDisabled")
	checkCodes(t, found, "impersonation-disabled")
	i.AllowImpersonation(true)
	_, found = p.Read("data", tokenExchangeBlock, block)
	acctest.CheckContains(t, found, "ERROR", "membership not found")
	checkCodes(t, found, "impersonation-not-allowed")
	i.MakeImpersonator(w.Service)
	for _, kind := range acctest.Kinds {
		got := p.MustRead(kind, tokenExchangeBlock, block)
		application := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.API.KeyJSON())})
		introspected := application.MustRead("data", "zitadel_introspection", object{"token": got["access_token"]})
		if introspected["subject"] != w.ServiceJWT.ID ||
			!acctest.ContainsAll(introspected["claims_json"].(string), `"act"`, w.Service.ID) {
			t.Errorf("%s: got subject %v and claims %v, want subject %s and actor %s",
				kind, introspected["subject"], introspected["claims_json"], w.ServiceJWT.ID, w.Service.ID)
		}
	}
}

// If token exchange is disabled, or not allowed for the application, the message must name the setting to
// change.
func TestDisabledTokenExchange(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	block := object{
		"subject_token": issueToken(t, i, w.Service.KeyJSON(), "openid"),
		"credentials":   object{"key_json": string(w.OIDC.KeyJSON())},
	}
	for code, cause := range map[string]string{
		"unsupported_grant_type": "exchange-disabled", "unauthorized_client": "exchange-grant-type-missing",
	} {
		for _, kind := range acctest.Kinds {
			i.Fail(optest.Token, 2, optest.Fault{Status: 400, Body: `{"error":"` + code + `"}`})
			_, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, tokenExchangeBlock, block)
			acctest.CheckContains(t, found, "ERROR", inResponse("400 "+code))
			if codes := codesOf(found); codes[0] != cause {
				t.Errorf("got codes %q, want %q first", codes, cause)
			}
		}
	}
}

// TestDelegation exchanges a subject token, with an actor token, for a token that contains both users.
func TestDelegation(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	i.AllowImpersonation(true)
	i.MakeImpersonator(w.Service)
	for _, kind := range acctest.Kinds {
		p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.OIDC.KeyJSON())})
		got := p.MustRead(kind, tokenExchangeBlock, object{
			"subject_token": issueToken(t, i, w.ServiceJWT.KeyJSON(), "openid"),
			"actor_token":   issueToken(t, i, w.Service.KeyJSON(), "openid"), "actor_token_type": "access_token",
			"requested_token_type": "jwt",
		})
		_, claims := acctest.DecodeJWT(t, got["access_token"])
		actor, _ := claims["act"].(map[string]any)
		if claims["sub"] != w.ServiceJWT.ID || actor["sub"] != w.Service.ID {
			t.Errorf("%s: got sub %v and act %v, want %s and %s",
				kind, claims["sub"], claims["act"], w.ServiceJWT.ID, w.Service.ID)
		}
	}
}

func TestRejectedTokenExchange(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	i.AllowImpersonation(true)
	w := i.World
	subject := issueToken(t, i, w.Service.KeyJSON(), "openid")
	oidc := object{"client_id": w.OIDC.ClientID, "client_secret": w.OIDC.Secret}
	for name, c := range map[string]struct {
		block    object
		contains []string // expected in the diagnostics: the path of the argument, the response, values
		codes    []string // nil if the framework reports the fault
		requests int      // number of token requests: 2 if ZITADEL rejects the request, because it is repeated once
	}{
		"service account key": {
			object{"credentials": object{"key_json": string(w.Service.KeyJSON())}},
			[]string{"ERROR [credentials]"}, []string{"service-account-key-for-exchange"}, 0,
		},
		"API application": {
			object{"credentials": object{"key_json": string(w.API.KeyJSON())}},
			[]string{"ERROR [credentials]", "no active client not found"},
			[]string{"exchange-application-inactive", "credentials-new"}, 2,
		},
		"wrong secret": {
			object{"credentials": object{"client_id": w.OIDC.ClientID, "client_secret": "canary-wrong"}},
			[]string{"ERROR [credentials]", inResponse("400 invalid_client"), w.OIDC.ClientID},
			[]string{"exchange-secret-wrong", "credentials-new"}, 2,
		},
		"garbage subject": {
			object{"credentials": oidc, "subject_token": "canary-subject"},
			[]string{"ERROR", "subject_token invalid"}, []string{"subject-token-invalid"}, 2,
		},
		"garbage actor": {
			object{"credentials": oidc, "actor_token": "canary-actor", "actor_token_type": "access_token"},
			[]string{"ERROR", "actor_token invalid"}, []string{"actor-token-invalid"}, 2,
		},
		"wider scope": {
			object{"credentials": oidc, "scopes": []string{"openid", "email"}},
			[]string{"ERROR", inResponse("400 invalid_scope")}, []string{"exchange-scope"}, 2,
		},
		"different audience": {
			object{"credentials": oidc, "audience": []string{w.OtherProject.ID}},
			[]string{"ERROR", inResponse("400 invalid_target")}, []string{"exchange-audience"}, 2,
		},
		"user ID without actor token": {
			object{"credentials": oidc, "subject_token": "1", "subject_token_type": "user_id"},
			[]string{"ERROR [subject_token_type]"}, []string{"subject-without-actor"}, 0,
		},
		"actor token type without actor token": {
			object{"credentials": oidc, "actor_token_type": "jwt"},
			[]string{"ERROR [actor_token_type]"}, []string{"actor-token-missing"}, 0,
		},
		"unknown type": {
			object{"credentials": oidc, "subject_token_type": "saml2"},
			[]string{"ERROR [subject_token_type]", "user_id"}, []string{"token-type-invalid"}, 0,
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				block := object{"subject_token": subject}
				for at, value := range c.block {
					block[at] = value
				}
				before := i.Requests(optest.Token)
				_, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, tokenExchangeBlock, block)
				acctest.CheckContains(t, found, c.contains...)
				checkCodes(t, found, c.codes...)
				if strings.Contains(found.String(), "canary") || strings.Contains(found.String(), subject) {
					t.Errorf("the diagnostics contain a secret: %s", found)
				}
				if got := i.Requests(optest.Token) - before; got != c.requests {
					t.Errorf("%d requests, want %d", got, c.requests)
				}
			})
		}
	}
}
