package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// signedToken is a JWT that an instance signs or accepts, or one that resembles it.
type signedToken struct {
	name   string
	token  string
	codes  []string // of verification; nil for a valid token
	detail string   // in the details of verification
	hint   string   // in the detail of introspection; empty if the kind is not the reason
}

// Of all JWTs that an instance signs or accepts, only access tokens are valid. If
// introspection reports a token as inactive, the hint names the kind of the token.
func TestTokenKinds(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	for _, c := range slices.Concat(issuedTokens(t, i), foreignTokens(t, i), typedTokens(t, i), claimedTokens(t, i)) {
		for _, kind := range acctest.Kinds {
			t.Run(c.name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.OtherAPI.KeyJSON())})
				got := p.MustRead(kind, verificationBlock, object{"token": c.token, "required_audience": []string{}})
				if found := failureCodes(got); !slices.Equal(found, c.codes) || got["valid"] != (c.codes == nil) {
					t.Errorf("valid %v, failures %v, want %v", got["valid"], got["failures"], c.codes)
				}
				if !acctest.ContainsAll(fmt.Sprint(got["failures"]), c.detail) {
					t.Errorf("no %q in %v", c.detail, got["failures"])
				}
				// The application belongs to another project, so no token is active.
				detail := fmt.Sprint(p.MustRead(kind, "zitadel_introspection", object{"token": c.token})["failures"])
				if !acctest.ContainsAll(detail, "inactive", c.hint) || (c.hint == "") == acctest.ContainsAll(detail, "not an access token") {
					t.Errorf("hint %q is not in %s", c.hint, detail)
				}
			})
		}
	}
}

// issuedTokens returns the tokens of each grant.
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
		return issue(tokenExchangeBlock, object{"credentials": oidc, "subject_token": withRoles["access_token"], "requested_token_type": kind})
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
		return signedToken{name, from[member].(string), append(more, "not_access_token"), "an ID token", "an ID token, not an access token"}
	}
	return []signedToken{
		access("access token, jwt-bearer", byKey),
		access("access token, jwt-bearer, roles", withRoles),
		access("access token, jwt-bearer, no project", issue("zitadel_access_token", object{"credentials": bearer, "scopes": []string{"openid"}})),
		access("access token, client_credentials", bySecret),
		access("access token, client_credentials, roles", issue("zitadel_access_token", object{"credentials": secret, "scopes": roles})),
		access("access token, exchange", exchanged("jwt")),
		access("access token, impersonation", impersonated("jwt")),
		identity("ID token, jwt-bearer", byKey, "id_token", "expired"),
		identity("ID token, jwt-bearer, roles", withRoles, "id_token", "expired"),
		identity("ID token, client_credentials", bySecret, "id_token"),
		identity("ID token beside an exchanged token", exchanged("jwt"), "id_token"),
		identity("ID token, exchange", exchanged("id_token"), "access_token"), // without at_hash
		identity("ID token, impersonation", impersonated("id_token"), "access_token"),
	}
}

// foreignTokens returns tokens that are not signed with keys of the instance.
func foreignTokens(t *testing.T, i *optest.Issuer) []signedToken {
	t.Helper()
	other := acctest.StartIssuerOf(t, optest.NewWorld()) // whose keys have the same IDs
	assertion := func(key []byte) string {
		p := startConfigured(t, object{"issuer": i.URL, "key_json": string(key)})
		return p.MustRead("data", "zitadel_client_assertion", nil)["assertion"].(string)
	}
	return []signedToken{
		{"client assertion, application", assertion(i.World.API.KeyJSON()), []string{"unknown_key"}, "does not publish", "a client assertion, not an access token"},
		{"client assertion, service account", assertion(i.World.Service.KeyJSON()), []string{"unknown_key"}, "does not publish", "a client assertion, not an access token"},
		{"another instance, same kid", other.SignToken(accessTokenClaims(other)), []string{"bad_signature"}, "was not made with key", ""},
	}
}

// typedTokens returns access tokens with various types in their headers.
func typedTokens(t *testing.T, i *optest.Issuer) (tokens []signedToken) {
	t.Helper()
	sign := signer(t, i)
	for _, typ := range []any{nil, "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/At+JWT"} {
		tokens = append(tokens, signedToken{name: fmt.Sprint("typ ", typ), token: sign(typ, accessTokenClaims(i))})
	}
	for typ, name := range map[string]string{
		"logout+jwt": "a logout token", "Logout+JWT": "a logout token", "application/logout+jwt": "a logout token", "secevent+jwt": "a security event token",
		"": `a JWT of type ""`, "JOSE": `a JWT of type "JOSE"`, "JWT ": `a JWT of type "JWT "`, "dpop+jwt": `a JWT of type "dpop+jwt"`,
		"token-introspection+jwt": "a JWT of type", "application/id_token+jwt": "a JWT of type", "text/at+jwt": "a JWT of type", "at+jwt;v=1": "a JWT of type",
	} {
		tokens = append(tokens, signedToken{"typ " + typ, sign(typ, accessTokenClaims(i)), []string{"not_access_token"}, name, name + map[bool]string{true: ", not an access token"}[name != "a JWT of type"]})
	}
	return tokens
}

// claimedTokens returns tokens whose claims differ from those of an access token.
func claimedTokens(t *testing.T, i *optest.Issuer) []signedToken {
	t.Helper()
	changed := func(change map[string]any) string {
		claims := accessTokenClaims(i)
		maps.Copy(claims, change)
		maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
		return i.SignToken(claims)
	}
	event := func(name string) map[string]any { return map[string]any{name: map[string]any{}} }
	refused := func(name string, change map[string]any, is string) signedToken {
		return signedToken{name, changed(change), []string{"not_access_token"}, is, is + ", not an access token"}
	}
	nulls := accessTokenClaims(i)
	nulls["azp"], nulls["nonce"] = nil, nil
	action := i.SignToken(map[string]any{"function": "function/preaccesstoken", "userinfo": map[string]any{"sub": "1"}, "user": map[string]any{}})
	return []signedToken{
		{name: "access token of v2.62", token: changed(map[string]any{"client_id": nil})},
		{name: "access token, null claims of an ID token", token: i.SignToken(nulls)},
		{name: "access token, auth_time, amr and sid", token: changed(map[string]any{"auth_time": 1, "amr": []string{"pwd"}, "sid": "1"})},
		refused("logout token, typ JWT", map[string]any{"events": event("http://schemas.openid.net/event/backchannel-logout"), "sid": "1", "nbf": nil, "client_id": nil}, "a logout token"),
		refused("security event token", map[string]any{"events": event("https://schemas.openid.net/secevent/caep/event-type/session-revoked")}, "a security event token"),
		refused("events of another type", map[string]any{"events": "x"}, "a security event token"),
		refused("azp", map[string]any{"azp": "a"}, "an ID token"),
		refused("at_hash", map[string]any{"at_hash": "a"}, "an ID token"),
		refused("c_hash", map[string]any{"c_hash": "a"}, "an ID token"),
		refused("s_hash", map[string]any{"s_hash": "a"}, "an ID token"),
		refused("nonce", map[string]any{"nonce": ""}, "an ID token"),
		refused("no jti", map[string]any{"jti": nil}, "a JWT of unknown kind"),
		{"action payload", action, []string{"malformed", "not_access_token", "wrong_issuer"}, "a JWT of unknown kind", "a JWT of unknown kind, not an access token"},
	}
}

// signer returns a function that signs claims, with any type in the header and with a key
// that the issuer publishes.
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
