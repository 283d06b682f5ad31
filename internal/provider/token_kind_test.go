package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// signedToken is a test case: a JWT that an instance signs or accepts, or a similar JWT.
type signedToken struct {
	name  string
	token string
	codes []string // expected failures of verification; nil for a valid token
	// detail is text that the details of the failures must contain. It can be empty.
	detail string
	// kind describes what the JWT is if it is not an access token, and is nil otherwise. The hint about an
	// inactive token contains this description.
	kind error
}

// otherKind returns the test case for a JWT that must be rejected because it is not an access token. code
// and values describe what it is instead.
func otherKind(name, token, code string, values ...any) signedToken {
	kind := fault.New(code, values...)
	return signedToken{name, token, []string{"not_access_token"}, textOf("token-not-access-token", "reason", kind), kind}
}

// Of all JWTs that an instance signs or accepts, verification must report only access tokens as valid. If
// introspection reports any other kind of JWT as inactive, the hint must name the kind.
func TestTokenKinds(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	tokens := slices.Concat(issuedTokens(t, i), foreignTokens(t, i), typedTokens(t, i), claimedTokens(t, i))
	for _, c := range tokens {
		for _, kind := range acctest.Kinds {
			t.Run(c.name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.OtherAPI.KeyJSON())})
				got := p.MustRead(kind, verificationBlock, object{"token": c.token, "required_audience": []string{}})
				if found := failureCodes(got); !slices.Equal(found, c.codes) || got["valid"] != (c.codes == nil) {
					t.Errorf("got valid %v and failures %v, want failures %v", got["valid"], got["failures"], c.codes)
				}
				if !acctest.ContainsAll(fmt.Sprint(got["failures"]), c.detail) {
					t.Errorf("the failures do not contain %q: %v", c.detail, got["failures"])
				}
				// The application is in a different project, so introspection must report every token as inactive.
				inactive := p.MustRead(kind, "zitadel_introspection", object{"token": c.token})
				if found := failureCodes(inactive); !slices.Equal(found, []string{"inactive"}) {
					t.Errorf("got failures %v, want inactive", found)
				}
				detail := fmt.Sprint(inactive["failures"])
				for _, other := range tokens {
					if other.kind == nil {
						continue
					}
					hint := textOf("inactive-not-access-token", "reason", other.kind)
					want := c.kind != nil && hint == textOf("inactive-not-access-token", "reason", c.kind)
					if strings.Contains(detail, hint) != want {
						t.Errorf("the detail contains the hint %q: %t, want %t: %s", hint, !want, want, detail)
					}
				}
			})
		}
	}
}

// issuedTokens returns access tokens and ID tokens that the instance issues, for each grant type.
func issuedTokens(t *testing.T, i *optest.Issuer) []signedToken {
	t.Helper()
	w := i.World
	i.AllowImpersonation(true)
	i.MakeImpersonator(w.ServiceJWT)
	p := startConfigured(t, object{"issuer": i.URL})
	issue := func(block string, arguments object) object { return p.MustRead("data", block, arguments) }
	audience := "urn:zitadel:iam:org:project:id:" + w.Project.ID + ":aud"
	bearer := object{"key_json": string(w.ServiceJWT.KeyJSON())}
	secret := object{"client_id": w.ServiceJWT.Name, "client_secret": w.ServiceJWT.Secret}
	oidc := object{"key_json": string(w.OIDC.KeyJSON())}
	plain := []string{"openid", audience}
	roles := []string{"openid", audience, "urn:zitadel:iam:org:projects:roles"}
	byKey := issue("zitadel_access_token", object{"credentials": bearer, "scopes": plain})
	bySecret := issue("zitadel_access_token", object{"credentials": secret, "scopes": plain})
	withRoles := issue("zitadel_access_token", object{"credentials": bearer, "scopes": roles})
	exchanged := func(kind string) object {
		return issue(
			tokenExchangeBlock,
			object{"credentials": oidc, "subject_token": withRoles["access_token"], "requested_token_type": kind},
		)
	}
	impersonated := func(kind string) object {
		return issue(tokenExchangeBlock, object{
			"credentials": oidc, "subject_token": w.Service.ID, "subject_token_type": "user_id",
			"actor_token": withRoles["access_token"], "requested_token_type": kind, "scopes": plain,
		})
	}
	access := func(name string, from object) signedToken {
		return signedToken{name: name, token: from["access_token"].(string)}
	}
	identity := func(name string, from object, member string, more ...string) signedToken {
		token := otherKind(name, from[member].(string), "kind-id-token", "claim", "azp")
		token.codes = append(more, token.codes...)
		return token
	}
	return []signedToken{
		access("access token, jwt-bearer", byKey),
		access("access token, jwt-bearer, roles", withRoles),
		access(
			"access token, jwt-bearer, no project",
			issue("zitadel_access_token", object{"credentials": bearer, "scopes": []string{"openid"}}),
		),
		access("access token, client_credentials", bySecret),
		access(
			"access token, client_credentials, roles",
			issue("zitadel_access_token", object{"credentials": secret, "scopes": roles}),
		),
		access("access token, exchange", exchanged("jwt")),
		access("access token, impersonation", impersonated("jwt")),
		identity("ID token, jwt-bearer", byKey, "id_token", "expired"),
		identity("ID token, jwt-bearer, roles", withRoles, "id_token", "expired"),
		identity("ID token, client_credentials", bySecret, "id_token"),
		identity("ID token returned with an exchanged token", exchanged("jwt"), "id_token"),
		identity("ID token, exchange", exchanged("id_token"), "access_token"), // has no at_hash
		identity("ID token, impersonation", impersonated("id_token"), "access_token"),
	}
}

// foreignTokens returns JWTs that are not signed with one of the instance's keys.
func foreignTokens(t *testing.T, i *optest.Issuer) []signedToken {
	t.Helper()
	other := acctest.StartIssuerOf(t, optest.NewWorld()) // its keys have the same IDs
	elsewhere := func(name string, key []byte) signedToken {
		p := startConfigured(t, object{"issuer": i.URL, "key_json": string(key)})
		signed := p.MustRead("data", "zitadel_client_assertion", nil)
		token := otherKind(name, signed["assertion"].(string), "kind-assertion")
		token.codes = []string{"unknown_key"}
		token.detail = textOf("token-signing-key-unknown", "key", signed["key_id"], "issuer", i.URL)
		return token
	}
	return []signedToken{
		elsewhere("client assertion, application", i.World.API.KeyJSON()),
		elsewhere("client assertion, service account", i.World.Service.KeyJSON()),
		{
			name: "different instance, same kid", token: other.SignToken(accessTokenClaims(other)),
			codes: []string{"bad_signature"}, detail: textOf("token-signature", "key", other.ActiveKeyID()),
		},
	}
}

// typedTokens returns access tokens whose headers contain various types (typ).
func typedTokens(t *testing.T, i *optest.Issuer) (tokens []signedToken) {
	t.Helper()
	sign := signer(t, i)
	for _, typ := range []any{nil, "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/At+JWT"} {
		tokens = append(tokens, signedToken{name: fmt.Sprint("typ ", typ), token: sign(typ, accessTokenClaims(i))})
	}
	rejected := func(typ, code, kind string) {
		tokens = append(tokens, otherKind("typ "+typ, sign(typ, accessTokenClaims(i)), code, "type", kind))
	}
	for _, typ := range []string{"logout+jwt", "Logout+JWT", "application/logout+jwt"} {
		rejected(typ, "kind-logout-token", "logout+jwt")
	}
	rejected("secevent+jwt", "kind-security-event", "secevent+jwt")
	for _, typ := range []string{
		"", "JOSE", "JWT ", "dpop+jwt", "token-introspection+jwt", "application/id_token+jwt", "text/at+jwt", "at+jwt;v=1",
	} {
		rejected(typ, "kind-other-type", typ)
	}
	return tokens
}

// claimedTokens returns tokens whose claims differ from those of an ordinary access token.
func claimedTokens(t *testing.T, i *optest.Issuer) []signedToken {
	t.Helper()
	changed := func(change map[string]any) string {
		claims := accessTokenClaims(i)
		maps.Copy(claims, change)
		maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
		return i.SignToken(claims)
	}
	event := func(name string) map[string]any { return map[string]any{name: map[string]any{}} }
	rejected := func(name string, change map[string]any, code string, values ...any) signedToken {
		return otherKind(name, changed(change), code, values...)
	}
	identity := func(claim, value string) signedToken {
		return rejected(claim, map[string]any{claim: value}, "kind-id-token", "claim", claim)
	}
	logout := map[string]any{
		"events": event("http://schemas.openid.net/event/backchannel-logout"), "sid": "1", "nbf": nil, "client_id": nil,
	}
	revoked := map[string]any{"events": event("https://schemas.openid.net/secevent/caep/event-type/session-revoked")}
	nulls := accessTokenClaims(i)
	nulls["azp"], nulls["nonce"] = nil, nil
	payload := otherKind("action payload", i.SignToken(map[string]any{
		"function": "function/preaccesstoken", "userinfo": map[string]any{"sub": "1"}, "user": map[string]any{},
	}), "kind-unknown")
	payload.codes = []string{"malformed", "not_access_token", "wrong_issuer"}
	return []signedToken{
		{name: "access token of v2.62", token: changed(map[string]any{"client_id": nil})},
		{name: "access token, null claims of an ID token", token: i.SignToken(nulls)},
		{
			name:  "access token, auth_time, amr and sid",
			token: changed(map[string]any{"auth_time": 1, "amr": []string{"pwd"}, "sid": "1"}),
		},
		rejected("logout token, typ JWT", logout, "kind-logout-token"),
		rejected("security event token", revoked, "kind-security-event"),
		rejected("events is not an object", map[string]any{"events": "x"}, "kind-security-event"),
		identity("azp", "a"),
		identity("at_hash", "a"),
		identity("c_hash", "a"),
		identity("s_hash", "a"),
		identity("nonce", ""),
		rejected("no jti", map[string]any{"jti": nil}, "kind-unknown"),
		payload,
	}
}

// signer generates a key, makes the issuer publish it, and returns a function that signs claims with it.
// The header of the resulting token contains typ, unless typ is nil.
func signer(t *testing.T, i *optest.Issuer) func(typ any, claims map[string]any) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i.PublishKey(jose.JSONWebKey{Key: key.Public(), KeyID: "typed", Algorithm: "ES256", Use: "sig"})
	return func(typ any, claims map[string]any) string {
		header := map[string]any{"kid": "typed"}
		if typ != nil {
			header["typ"] = typ
		}
		return signJWT(t, jose.SigningKey{Algorithm: jose.ES256, Key: key}, header, claims)
	}
}
