package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The provider must reject a transport header that it sets itself, in any letter case, and transport
// headers whose names differ only in letter case. The messages must not contain the headers' values.
func TestTransportHeaderNames(t *testing.T) {
	t.Parallel()
	duplicate := func(header, other string) string {
		return adviceOf("header-duplicate", "header", header, "other", other)
	}
	host := adviceOf("header-host")
	cases := map[string]struct {
		names []string
		want  []string
	}{
		"Host":      {[]string{"Host"}, []string{host}},
		"HOST":      {[]string{"HOST"}, []string{host}},
		"two names": {[]string{"X-Key", "x-key"}, []string{duplicate("X-Key", "x-key")}},
		"three names": {
			[]string{"x-KEY", "x-key", "X-Key"}, []string{duplicate("X-Key", "x-KEY"), duplicate("X-Key", "x-key")},
		},
		"two headers":         {[]string{"A", "a", "B", "b"}, []string{duplicate("A", "a"), duplicate("B", "b")}},
		"other names":         {[]string{"X-Key", "X-Keys", "X_Key"}, nil},
		"reserved, two names": {[]string{"Host", "host"}, []string{host, host, duplicate("Host", "host")}},
	}
	for _, name := range []string{
		"Authorization", "Content-Type", "Content-Length", "Forwarded", "X-Forwarded-Proto",
		"Accept-Encoding", "Transfer-Encoding", "Connection",
	} {
		for _, spelled := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			want := []string{adviceOf("header-reserved", "header", name)}
			cases[spelled] = struct{ names, want []string }{[]string{spelled}, want}
		}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			headers := object{}
			for _, header := range c.names {
				headers[header] = "canary"
			}
			p := startProvider(t)
			value := p.Encode(p.Schemas.Provider, object{"transport_headers": headers})
			validated, err := p.Server.ValidateProviderConfig(
				t.Context(),
				&tfprotov6.ValidateProviderConfigRequest{Config: value},
			)
			if err != nil {
				t.Fatal(err)
			}
			found := acctest.Diagnostics(validated.Diagnostics)
			if c.want == nil {
				if len(found) > 0 {
					t.Error(found)
				}
				return
			}
			acctest.CheckContains(t, found, append(c.want, "ERROR [transport_headers", unableTo("use transport_headers"))...)
			if n := len(codesOf(found)); n != len(c.want) {
				t.Errorf("%d messages, want %d, in:\n%s", n, len(c.want), found)
			}
			if strings.Contains(found.String(), "canary") {
				t.Errorf("the diagnostics contain a value:\n%s", found)
			}
		})
	}
}

// Each request, including the request for the discovery document, must contain the expected headers.
func TestRequestHeaders(t *testing.T) {
	t.Setenv("TF_APPEND_USER_AGENT", "pipeline/7")
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{
		"issuer": "http://127.0.0.1:1", "connect_url": i.URL, "key_json": string(i.World.Service.KeyJSON()),
		"transport_headers": object{"X-Gateway": "open"},
	})
	token := p.MustRead("data", "zitadel_access_token", nil)["access_token"]
	p.MustRead("data", "zitadel_introspection", object{
		"token": token, "credentials": object{"key_json": string(i.World.API.KeyJSON())},
	})
	p.MustRead("data", "zitadel_userinfo", object{"token": token})
	p.MustRead("data", "zitadel_jwks", nil)
	p.Close(p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i)))
	for _, endpoint := range []optest.Endpoint{
		optest.Discovery, optest.Token, optest.Introspection, optest.UserInfo, optest.JWKS, optest.Revocation,
	} {
		sent := i.Last(endpoint)
		for header, want := range map[string]string{
			"User-Agent":        "terraform-provider-zitadel/test Terraform/1.11.4 pipeline/7",
			"X-Gateway":         "open",
			"X-Forwarded-Proto": "http",
			"Cookie":            "",
		} {
			if got := sent.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", endpoint, header, got, want)
			}
		}
		if sent.Host != "127.0.0.1:1" {
			t.Errorf("%s: Host is %q, want 127.0.0.1:1", endpoint, sent.Host)
		}
	}
}
