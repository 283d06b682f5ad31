package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Headers that the provider sets may not be configured in any case, nor may one header be
// configured with two names. The messages contain no values.
func TestTransportHeaderNames(t *testing.T) {
	t.Parallel()
	const (
		reserved  = `Header "%s" is set by the provider. Remove it.`
		host      = `Header "Host" is set by the provider. To connect to an address other than the issuer's, set connect_url.`
		duplicate = `eaders "%s" and "%s" differ only by case. Remove one of them.`
	)
	cases := map[string]struct {
		names []string
		want  []string
	}{
		"Host":         {[]string{"Host"}, []string{host}},
		"HOST":         {[]string{"HOST"}, []string{host}},
		"two names":    {[]string{"X-Key", "x-key"}, []string{fmt.Sprintf(duplicate, "X-Key", "x-key")}},
		"three names":  {[]string{"x-KEY", "x-key", "X-Key"}, []string{fmt.Sprintf(duplicate, "X-Key", "x-KEY"), fmt.Sprintf(duplicate, "X-Key", "x-key")}},
		"two headers":  {[]string{"A", "a", "B", "b"}, []string{fmt.Sprintf(duplicate, "A", "a"), fmt.Sprintf(duplicate, "B", "b")}},
		"other names":  {[]string{"X-Key", "X-Keys", "X_Key"}, nil},
		"twice, taken": {[]string{"Host", "host"}, []string{host, fmt.Sprintf(duplicate, "Host", "host")}},
	}
	for _, name := range []string{
		"Authorization", "Content-Type", "Content-Length", "Forwarded", "X-Forwarded-Proto",
		"Accept-Encoding", "Transfer-Encoding", "Connection",
	} {
		for _, spelled := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			cases[spelled] = struct{ names, want []string }{[]string{spelled}, []string{fmt.Sprintf(reserved, name)}}
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
			validated, err := p.Server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: value})
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
			acctest.CheckContains(t, found, append(c.want, "ERROR [transport_headers", "Unable to use transport_headers")...)
			if strings.Contains(found.String(), "canary") {
				t.Errorf("a value is repeated:\n%s", found)
			}
		})
	}
}
