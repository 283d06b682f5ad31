package zitadel_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestCheckHeader(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"X-Api-Key": true, "CF-Access-Client-Id": true, "a": true, "x!#$%&'*+-.^_`|~1": true, "Cookie": true, "X-Forwarded-For": true,
		"Authorization": false, "authorization": false, "HOST": false, "content-type": false, "Content-Length": false,
		"Forwarded": false, "x-forwarded-proto": false,
		"": false, "X Key": false, "X:Key": false, "X-Key\r\nHost": false, "X-Ümlaut": false, "X\x00": false, "X(Y)": false, "X\"": false,
	}
	for name, good := range tests {
		err := oauth.CheckHeader(name)
		if (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\r\n\x00") {
			t.Errorf("%q: control characters in the message", name)
		}
	}
}

func TestCheckHeaderValue(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{
		"": true, "a b\tc": true, "ü": true, canary: true,
		canary + "\n": false, canary + "\r\nHost: x": false, canary + "\x00": false, canary + "\x7f": false,
	} {
		err := oauth.CheckHeaderValue(value)
		if (err == nil) != good {
			t.Errorf("%q: %v", value, err)
		}
		if err != nil {
			keeps(t, err.Error(), canary)
		}
	}
}

// The headers go with every request, whatever it is for.
func TestTransportHeaders(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	c.Transport = round(t, oauth.Transport{Headers: map[string]key.Secret{
		"x-api-key": key.NewSecret(canary), "CF-Access-Client-Id": key.NewSecret("id"),
	}})
	token := accessToken(t, c, jwtUserKey(), projectScope())
	introspect(t, c, apiSecret(), token.AccessToken)
	if _, err := c.UserInfo(t.Context(), token.AccessToken); err != nil {
		t.Fatal(err)
	}
	if _, err := c.KeySet(t.Context()); err != nil {
		t.Fatal(err)
	}
	held, err := c.HoldToken(t.Context(), oauth.TokenRequest{Credentials: userSecret()}, secret(world().OIDC.ClientID, world().OIDC.Secret))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ReleaseToken(t.Context(), held.AccessToken); err != nil {
		t.Fatal(err)
	}
	refuse(issuer, optest.Token, optest.Fault{Status: 400, Body: "{}"})
	_, err = c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: userSecret()})
	keeps(t, everything(failed(t, err)), canary)
	for _, endpoint := range []optest.Endpoint{optest.Discovery, optest.JWKS, optest.Token, optest.Introspection, optest.UserInfo, optest.Revocation, optest.Ready} {
		sent := issuer.Last(endpoint).Header
		if sent.Get("X-Api-Key") != canary || sent.Get("Cf-Access-Client-Id") != "id" || len(sent.Values("X-Api-Key")) != 1 {
			t.Errorf("%s: the headers are not there", endpoint)
		}
	}
}
