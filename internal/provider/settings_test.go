package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// A message about a failed connection must name whichever the user has set: the argument or the
// environment variable. An unreachable proxy is not necessarily a fault in the configuration, so the
// first line must name the operation instead.
func TestConnectionSettings(t *testing.T) {
	const unreachable = "http://ann:canary-password@127.0.0.1:1"
	i := acctest.StartIssuer(t)
	overTLS := strings.Replace(i.URL, "http:", "https:", 1)
	for name, c := range map[string]struct {
		argument, value, code, summary string
	}{
		"proxy":       {"proxy_url", unreachable, "proxy-unreachable", unableTo("read OpenID configuration")},
		"connect_url": {"connect_url", overTLS, "tls-to-http-port", "Invalid provider configuration: connect_url"},
	} {
		for _, isVariable := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				block := object{
					"issuer": "https://z.example", "client_id": "a", "client_secret": "b", "max_retries": 0,
				}
				want, other := c.argument, "ZITADEL_"+strings.ToUpper(c.argument)
				if isVariable {
					t.Setenv(other, c.value)
					want, other = other, want
				} else {
					block[c.argument] = c.value
				}
				_, found := startConfigured(t, block).Read("data", accessTokenBlock, nil)
				checkCodes(t, found, c.code)
				acctest.CheckContains(t, found, c.summary)
				text, _, _ := strings.Cut(found[0].Detail, "\nSee http")
				if !strings.Contains(text, want) || strings.Contains(text, other) || strings.Contains(text, "canary") {
					t.Errorf("the message must name %s, but neither %s nor the password:\n%s", want, other, text)
				}
			})
		}
	}
}
