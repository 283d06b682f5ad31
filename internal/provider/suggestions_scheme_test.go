package provider_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The suggestions in messages about plain HTTP must correct the fault.
func TestSchemeSuggestions(t *testing.T) {
	checkSuggestions(t, schemeSuggestions(t))
}

// schemeSuggestions returns the test cases for messages that suggest how to use plain HTTP.
func schemeSuggestions(t *testing.T) (all []suggestion) {
	t.Helper()
	i := acctest.StartIssuer(t)
	u, err := url.Parse(i.URL)
	if err != nil {
		t.Fatal(err)
	}
	withTLS := strings.Replace(i.URL, "http:", "https:", 1)
	plain, allowed := func(string) any { return i.URL }, func(string) any { return "true" }
	for _, s := range []suggestion{
		{provider: object{"domain": u.Hostname(), "port": u.Port()}, text: "insecure = true", argument: "provider."},
		{
			provider:    object{},
			environment: map[string]string{"ZITADEL_DOMAIN": u.Hostname(), "ZITADEL_PORT": u.Port()},
			text:        "ZITADEL_INSECURE=true", argument: "ZITADEL_INSECURE", convert: allowed,
		},
		{provider: object{"issuer": withTLS}, text: "use http in issuer", argument: "provider.issuer", convert: plain},
		{
			provider: object{}, environment: map[string]string{"ZITADEL_ISSUER": withTLS},
			text: "use http in ZITADEL_ISSUER", argument: "ZITADEL_ISSUER", convert: plain,
		},
		{
			provider: object{"issuer": "https://z.example", "connect_url": withTLS},
			text:     "use http in connect_url", argument: "provider.connect_url", convert: plain,
		},
	} {
		s.code, s.block = "tls-to-http-port", "zitadel_jwks"
		all = append(all, s)
	}
	certificate := acctest.NewCertificate(t, u.Hostname(), time.Now().Add(time.Hour))
	secure, err := url.Parse(acctest.StartTLSServer(t, i, certificate, nil, nil).URL)
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, suggestion{
		code: "http-to-tls-port", environment: map[string]string{"ZITADEL_INSECURE": "true"}, block: "zitadel_jwks",
		provider: object{"domain": secure.Hostname(), "port": secure.Port()},
		text:     "Remove ZITADEL_INSECURE", argument: "ZITADEL_INSECURE", convert: func(string) any { return "" },
	})
	return append(all, suggestion{
		code: "issuer-plain-http", provider: object{}, environment: map[string]string{"ZITADEL_ISSUER": "http://z.example"},
		block: signing, text: "ZITADEL_INSECURE=true", argument: "ZITADEL_INSECURE", convert: allowed,
	})
}
