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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// signedToken is a JWT that an instance signs or accepts, or one that resembles it.
type signedToken struct {
	name   string
	token  string
	codes  []string     // of verification; nil for a valid token
	detail *fault.Fault // in the details of verification; nil for the kind
	kind   *fault.Fault // if it is not an access token; otherwise nil
}

// Of all JWTs that an instance signs or accepts, only access tokens are valid. If
// introspection reports a token as inactive, the hint names the kind of the token.
func TestTokenKinds(t *testing.T) {
	i := acctest.StartIssuer(t)
	for _, c := range slices.Concat(issuedTokens(t, i), foreignTokens(t, i), typedTokens(t, i), claimedTokens(t, i)) {
		for _, kind := range acctest.Kinds {
			t.Run(c.name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.OtherAPI.KeyJSON())})
				got := p.MustRead(kind, verificationBlock, object{"token": c.token, "required_audience": []string{}})
				if found := failureCodes(got); !slices.Equal(found, c.codes) || got["valid"] != (c.codes == nil) {
					t.Errorf("valid %v, failures %v, want %v", got["valid"], got["failures"], c.codes)
				}
				detail := c.detail
				if detail == nil && c.kind != nil {
					detail = fault.New("token-not-access-token", "reason", c.kind)
				}
				if text := fmt.Sprint(got["failures"]); detail != nil && !strings.Contains(text, message.Text(detail)) {
					t.Errorf("no %q in %s", message.Text(detail), text)
				}
				// The application belongs to another project, so no token is active.
				inactive := p.MustRead(kind, "zitadel_introspection", object{"token": c.token})
				text := fmt.Sprint(inactive["failures"])
				if codes := failureCodes(inactive); !slices.Equal(codes, []string{"inactive"}) {
					t.Errorf("introspection: failures %v", text)
				}
				if c.kind == nil && strings.Contains(text, notAccessToken()) {
					t.Errorf("the hint names a kind: %s", text)
				}
				if c.kind != nil && !strings.Contains(text, textOf("inactive-not-access-token", "reason", c.kind)) {
					t.Errorf("no %v in %s", c.kind, text)
				}
			})
		}
	}
}

// notAccessToken returns the beginning of the hint that a token is not an access token.
func notAccessToken() string {
	kind := fault.New("kind")
	beginning, _, _ := strings.Cut(textOf("inactive-not-access-token", "reason", kind), kind.Error())
	return beginning
}

// idToken returns the kind of a token with a claim of ID tokens.
func idToken(claim string) *fault.Fault { return fault.New("kind-id-token", "claim", claim) }

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
		return signedToken{name, from[member].(string), append(more, "not_access_token"), nil, idToken("azp")}
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
	signature := fault.New("token-signature", "key", other.ActiveKeyID())
	tokens := []signedToken{
		{"another instance, same kid", other.SignToken(accessTokenClaims(other)), []string{"bad_signature"}, signature, nil},
	}
	for name, key := range map[string][]byte{
		"application": i.World.API.KeyJSON(), "service account": i.World.Service.KeyJSON(),
	} {
		token := assertion(key)
		header, _ := acctest.DecodeJWT(t, token)
		unknown := fault.New("token-signing-key-unknown", "key", header["kid"], "issuer", i.URL)
		tokens = append(tokens, signedToken{
			"client assertion, " + name, token, []string{"unknown_key"}, unknown, fault.New("kind-assertion"),
		})
	}
	return tokens
}

// typedTokens returns access tokens with various types in their headers.
func typedTokens(t *testing.T, i *optest.Issuer) (tokens []signedToken) {
	t.Helper()
	sign := signer(t, i)
	for _, typ := range []any{nil, "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/At+JWT"} {
		tokens = append(tokens, signedToken{name: fmt.Sprint("typ ", typ), token: sign(typ, accessTokenClaims(i))})
	}
	logout := fault.New("kind-logout-token", "type", "logout+jwt")
	of := func(typ string) *fault.Fault { return fault.New("kind-other-type", "type", typ) }
	for typ, kind := range map[string]*fault.Fault{
		"logout+jwt": logout, "Logout+JWT": logout, "application/logout+jwt": logout,
		"secevent+jwt": fault.New("kind-security-event", "type", "secevent+jwt"),
		"":             of(""), "JOSE": of("JOSE"), "JWT ": of("JWT "), "dpop+jwt": of("dpop+jwt"),
		"token-introspection+jwt": of("token-introspection+jwt"), "application/id_token+jwt": of("application/id_token+jwt"),
		"text/at+jwt": of("text/at+jwt"), "at+jwt;v=1": of("at+jwt;v=1"),
	} {
		token := sign(typ, accessTokenClaims(i))
		tokens = append(tokens, signedToken{"typ " + typ, token, []string{"not_access_token"}, nil, kind})
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
	rejected := func(name string, change map[string]any, kind *fault.Fault) signedToken {
		return signedToken{name, changed(change), []string{"not_access_token"}, nil, kind}
	}
	rejectedID := func(claim, value string) signedToken {
		return rejected(claim, map[string]any{claim: value}, idToken(claim))
	}
	logout, security := fault.New("kind-logout-token"), fault.New("kind-security-event")
	unknown := fault.New("kind-unknown")
	logoutEvent := event("http://schemas.openid.net/event/backchannel-logout")
	revokedEvent := event("https://schemas.openid.net/secevent/caep/event-type/session-revoked")
	nulls := accessTokenClaims(i)
	nulls["azp"], nulls["nonce"] = nil, nil
	action := i.SignToken(map[string]any{
		"function": "function/preaccesstoken", "userinfo": map[string]any{"sub": "1"}, "user": map[string]any{},
	})
	session := map[string]any{"auth_time": 1, "amr": []string{"pwd"}, "sid": "1"}
	return []signedToken{
		{name: "access token of v2.62", token: changed(map[string]any{"client_id": nil})},
		{name: "access token, null claims of an ID token", token: i.SignToken(nulls)},
		{name: "access token, auth_time, amr and sid", token: changed(session)},
		rejected("logout token, typ JWT",
			map[string]any{"events": logoutEvent, "sid": "1", "nbf": nil, "client_id": nil}, logout),
		rejected("security event token", map[string]any{"events": revokedEvent}, security),
		rejected("events of another type", map[string]any{"events": "x"}, security),
		rejectedID("azp", "a"), rejectedID("at_hash", "a"), rejectedID("c_hash", "a"), rejectedID("s_hash", "a"),
		rejectedID("nonce", ""),
		rejected("no jti", map[string]any{"jti": nil}, unknown),
		{"action payload", action, []string{"malformed", "not_access_token", "wrong_issuer"}, nil, unknown},
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
