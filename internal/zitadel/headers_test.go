package zitadel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestCheckHeader(t *testing.T) {
	t.Parallel()
	reserved := func(name string) string { return fmt.Sprintf("header-reserved header=%q", name) }
	tests := map[string]string{ // the text of the fault for each name; "" for a valid name
		"X-Api-Key": "", "CF-Access-Client-Id": "", "a": "", "x!#$%&'*+-.^_`|~1": "", "Cookie": "", "X-Forwarded-For": "",
		"Authorization": reserved("Authorization"), "authorization": reserved("Authorization"), "HOST": "header-host",
		"content-type": reserved("Content-Type"), "Content-Length": reserved("Content-Length"),
		"Forwarded": reserved("Forwarded"), "x-forwarded-proto": reserved("X-Forwarded-Proto"),
		"": "header-name-invalid", "X Key": "header-name-invalid",
		"X:Key":         "header-name-invalid",
		"X-Key\r\nHost": "header-name-invalid",
		"X-Ümlaut":      "header-name-invalid", "X\x00": "header-name-invalid",
		"X(Y)": "header-name-invalid", "X\"": "header-name-invalid",
	}
	for name, want := range tests {
		got := ""
		if err := zitadel.CheckHeader(name); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got fault %q, want %q", name, got, want)
		}
		if strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("%q: the error contains control characters", name)
		}
	}
}

func TestCheckHeaderNames(t *testing.T) {
	t.Parallel()
	if err := zitadel.CheckHeaderNames([]string{"X-A", "X-B"}); err != nil {
		t.Error(err)
	}
	err := zitadel.CheckHeaderNames([]string{"x-a", "X-B", "X-A", "x-b"})
	checkFaults(t, err, `header-duplicate header="X-A" other="x-a"`, `header-duplicate header="X-B" other="x-b"`)
	if faults := faultsIn(err); len(faults) != 2 {
		t.Errorf("got faults %v, want 2", faults)
	}
}

func TestCheckHeaderValue(t *testing.T) {
	t.Parallel()
	const invalid = "header-value-invalid"
	for value, want := range map[string]string{
		"": "", "a b\tc": "", "ü": "", canary: "",
		canary + "\n": invalid + ` steps=["trim-space"]`, "\ufeff" + canary + "\n": invalid + ` steps=[]`,
		canary + "\r\nHost: x": invalid, canary + "\x00": invalid, canary + "\x7f": invalid,
	} {
		if err := zitadel.CheckHeaderValue(value); err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%q: got error %v, want %q", value, err, want)
		}
	}
}

// TestTransportHeaders checks that every request contains the headers in Transport.Headers.
func TestTransportHeaders(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	c.Transport = roundTripper(t, zitadel.Transport{Headers: map[string]key.Secret{
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
	held, err := c.HoldToken(t.Context(), zitadel.TokenRequest{Credentials: userSecret()}, oidcSecret())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ReleaseToken(t.Context(), held.AccessToken); err != nil {
		t.Fatal(err)
	}
	failConfirmed(issuer, optest.Token, optest.Fault{Status: 400, Body: "{}"})
	_, err = c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userSecret()})
	checkOmits(t, allText(asError(t, err)), canary)
	for _, endpoint := range []optest.Endpoint{
		optest.Discovery, optest.JWKS, optest.Token, optest.Introspection, optest.UserInfo, optest.Revocation, optest.Ready,
	} {
		sent := issuer.Last(endpoint).Header
		if sent.Get("X-Api-Key") != canary || sent.Get("Cf-Access-Client-Id") != "id" ||
			len(sent.Values("X-Api-Key")) != 1 {
			t.Errorf("%s: the request does not contain the headers", endpoint)
		}
	}
}
