package token_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// TestKindsOfRecordedTokens checks that, among the recorded tokens from a real server, exactly
// the access tokens are recognized as access tokens.
func TestKindsOfRecordedTokens(t *testing.T) {
	t.Parallel()
	counts := map[bool]int{}
	for _, jwt := range recordedJWTs(t) {
		counts[jwt.isAccessToken]++
		if !strings.Contains(jwt.header, `"typ":"JWT"`) {
			t.Errorf("got header %s, want the type JWT", jwt.header)
		}
		v := verify(sign(jose.EdDSA, jwt.claims), token.Policy{}, 0)
		isRejected := slices.ContainsFunc(v.Failures, func(f token.Failure) bool {
			return f.Code == token.NotAccessToken
		})
		if isRejected == jwt.isAccessToken {
			t.Errorf("claims %s: got failures %q, want not_access_token %t",
				jwt.claims, describe(v.Failures), !jwt.isAccessToken)
		}
	}
	if counts[true] < 5 || counts[false] < 5 {
		t.Errorf("got %d recorded access tokens and %d other tokens, want at least 5 of each", counts[true], counts[false])
	}
}

// TestKinds checks that the type in the header and the claims determine the kind of a JWT,
// both when a JWT is verified and in the hint about an inactive token.
func TestKinds(t *testing.T) {
	t.Parallel()
	const logout, securityEvent = "kind-logout-token", "kind-security-event"
	typed := func(code, typ string) string { return code + ` type="` + typ + `"` }
	idToken := func(claim string) string { return `kind-id-token claim="` + claim + `"` }
	event := func(name string) changes { return changes{"events": changes{name: changes{}}} }
	logoutEvent := event("http://schemas.openid.net/event/backchannel-logout")
	sameIssuer := changes{"sub": issuerURL}
	type header = map[string]any
	tests := map[string]struct {
		header header
		change changes
		want   string // "" for an access token
	}{
		"no type":                {nil, nil, ""},
		"JWT":                    {header{"typ": "JWT"}, nil, ""},
		"jwt":                    {header{"typ": "jwt"}, nil, ""},
		"at+jwt":                 {header{"typ": "at+jwt"}, nil, ""},
		"AT+JWT":                 {header{"typ": "AT+JWT"}, nil, ""},
		"application/at+jwt":     {header{"typ": "application/at+jwt"}, nil, ""},
		"Application/At+JWT":     {header{"typ": "Application/At+JWT"}, nil, ""},
		"logout+jwt":             {header{"typ": "logout+jwt"}, nil, typed(logout, "logout+jwt")},
		"Logout+JWT":             {header{"typ": "Logout+JWT"}, nil, typed(logout, "logout+jwt")},
		"application/logout+jwt": {header{"typ": "application/logout+jwt"}, nil, typed(logout, "logout+jwt")},
		"secevent+jwt":           {header{"typ": "secevent+jwt"}, nil, typed(securityEvent, "secevent+jwt")},
		"empty type":             {header{"typ": ""}, nil, typed("kind-other-type", "")},
		"JOSE":                   {header{"typ": "JOSE"}, nil, typed("kind-other-type", "JOSE")},
		"JWT with a space":       {header{"typ": "JWT "}, nil, typed("kind-other-type", "JWT ")},
		"application/jwt": {
			header{"typ": "application/jwt"},
			nil, typed("kind-other-type", "application/jwt"),
		},
		"dpop+jwt": {header{"typ": "dpop+jwt"}, nil, typed("kind-other-type", "dpop+jwt")},
		"token-introspection+jwt": {
			header{"typ": "token-introspection+jwt"},
			nil, typed("kind-other-type", "token-introspection+jwt"),
		},
		"application/id_token+jwt": {
			header{"typ": "application/id_token+jwt"},
			nil, typed("kind-other-type", "application/id_token+jwt"),
		},
		"text/at+jwt":             {header{"typ": "text/at+jwt"}, nil, typed("kind-other-type", "text/at+jwt")},
		"at+jwt with a parameter": {header{"typ": "at+jwt;v=1"}, nil, typed("kind-other-type", "at+jwt;v=1")},

		"no client_id":           {nil, changes{"client_id": nil}, ""}, // as in ZITADEL v2.62
		"auth_time, amr and sid": {nil, changes{"auth_time": 1, "amr": []string{"pwd"}, "sid": "1"}, ""},
		"logout event":           {nil, logoutEvent, logout},
		"logout event, typ JWT":  {header{"typ": "JWT"}, logoutEvent, logout},
		"logout event, secevent": {header{"typ": "secevent+jwt"}, logoutEvent, typed(securityEvent, "secevent+jwt")},
		"different event": {
			nil,
			event("https://schemas.openid.net/secevent/caep/event-type/session-revoked"), securityEvent,
		},
		"events is a string":      {nil, changes{"events": "x"}, securityEvent},
		"empty events":            {nil, changes{"events": changes{}}, securityEvent},
		"azp":                     {nil, changes{"azp": "a"}, idToken("azp")},
		"at_hash":                 {nil, changes{"at_hash": "a"}, idToken("at_hash")},
		"c_hash":                  {nil, changes{"c_hash": "a"}, idToken("c_hash")},
		"s_hash":                  {nil, changes{"s_hash": "a"}, idToken("s_hash")},
		"nonce":                   {nil, changes{"nonce": ""}, idToken("nonce")},
		"nonce is a number":       {nil, changes{"nonce": 7}, idToken("nonce")},
		"azp, at+jwt":             {header{"typ": "at+jwt"}, changes{"azp": "a"}, idToken("azp")},
		"issuer is subject":       {nil, sameIssuer, "kind-assertion"},
		"issuer is subject, JOSE": {header{"typ": "JOSE"}, sameIssuer, "kind-assertion"},
		"no jti":                  {nil, changes{"jti": nil}, "kind-unknown"},
		"no jti, JOSE":            {header{"typ": "JOSE"}, changes{"jti": nil}, typed("kind-other-type", "JOSE")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.header = withKeyID(test.header)
			claims := accessToken(test.change)
			text := signWith(jose.SigningKey{Algorithm: jose.ES256, Key: ecdsaKey()}, test.header, claims)
			want, hint := []string(nil), "inactive-without-evidence"
			if test.want != "" {
				want = []string{"not_access_token: token-not-access-token reason=(" + test.want + ")"}
				hint = "inactive-evidence reason=(inactive-not-access-token reason=(" + test.want + "))"
			}
			if got := describe(verify(text, token.Policy{}, 0).Failures); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			inactive := &token.Introspection{ApplicationID: "p1"}
			failures := inactive.Evaluate(token.Policy{}, text, issuerURL, now)
			if got := failures[0].Reason.Unwrap().Error(); got != hint {
				t.Errorf("got hint %s, want %s", got, hint)
			}
			if fault.Is(failures[0].Reason, "inactive-not-access-token") != (test.want != "") {
				t.Errorf("got %v, want the hint only if the JWT is not an access token", failures[0].Reason)
			}
		})
	}
}

// withKeyID returns a copy of header with the key ID "ec".
func withKeyID(header map[string]any) map[string]any {
	extended := map[string]any{"kid": "ec"}
	for name, value := range header {
		extended[name] = value
	}
	return extended
}

// TestKindsOfNullClaims checks that a claim that is null is treated as missing, and that the
// payload of an action, in which most claims are missing, is not accepted as an access token.
func TestKindsOfNullClaims(t *testing.T) {
	t.Parallel()
	claims := accessToken(nil)
	nulls := claims[:len(claims)-1] +
		`,"azp":null,"at_hash":null,"c_hash":null,"s_hash":null,"nonce":null,"events":null}`
	if v := verify(sign(jose.EdDSA, nulls), token.Policy{}, 0); len(v.Failures) > 0 {
		t.Errorf("got failures %q, want none", describe(v.Failures))
	}
	null := strings.Replace(claims, `"jti":"2"`, `"jti":null`, 1)
	want := []string{"not_access_token: token-not-access-token reason=(kind-unknown)"}
	if got := describe(verify(sign(jose.EdDSA, null), token.Policy{}, 0).Failures); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// The payload that ZITADEL sends to an action contains neither an issuer nor a subject.
	action := `{"function":"function/preaccesstoken","userinfo":{"sub":"1"},"user":{}}`
	want = []string{
		want[0], `wrong_issuer: token-issuer expected="https://z.example" found=""`, "malformed: token-without-expiry",
	}
	if got := describe(verify(sign(jose.EdDSA, action), token.Policy{}, 0).Failures); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
