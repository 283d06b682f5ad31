package provider_test

import (
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// By default, an assertion that the provider sends must be valid for five minutes, and an assertion
// from zitadel_client_assertion for one hour. If assertion_lifetime is set, it must apply to both.
func TestAssertionLifetime(t *testing.T) {
	t.Parallel()
	skipTable(t)
	w := acctest.World()
	service, api, oidc := string(w.Service.KeyJSON()), string(w.API.KeyJSON()), string(w.OIDC.KeyJSON())
	sent := func(e optest.Endpoint, parameter string) func(*optest.Issuer, object) any {
		return func(i *optest.Issuer, _ object) any { return i.Last(e).Form.Get(parameter) }
	}
	requests := map[string]struct {
		kinds     []string
		block     string
		arguments object
		assertion func(*optest.Issuer, object) any
		byDefault time.Duration
	}{
		"token": {
			acctest.Kinds, "zitadel_access_token", object{},
			sent(optest.Token, "assertion"), 5 * time.Minute,
		},
		"introspection": {
			acctest.Kinds, "zitadel_introspection", object{"token": w.Service.PAT, "credentials": object{"key_json": api}},
			sent(optest.Introspection, "client_assertion"), 5 * time.Minute,
		},
		"exchange": {
			acctest.Kinds, "zitadel_token_exchange",
			object{"subject_token": w.Service.PAT, "credentials": object{"key_json": oidc}},
			sent(optest.Token, "client_assertion"), 5 * time.Minute,
		},
		"revocation": {
			acctest.Kinds[1:], "zitadel_access_token", object{"revoke_with": object{"key_json": oidc}},
			sent(optest.Revocation, "client_assertion"), 5 * time.Minute,
		},
		"client assertion": {
			acctest.Kinds, "zitadel_client_assertion", object{},
			func(_ *optest.Issuer, result object) any { return result["assertion"] }, time.Hour,
		},
	}
	for name, r := range requests {
		for _, kind := range r.kinds {
			for configuredAs, want := range map[string]time.Duration{
				"default": r.byDefault, "1m": time.Minute, "7m": 7 * time.Minute, "1h": time.Hour,
			} {
				t.Run(name+"/"+kind+"/"+configuredAs, func(t *testing.T) {
					i := acctest.StartIssuer(t)
					block := object{"issuer": i.URL, "key_json": service}
					if configuredAs != "default" {
						block["assertion_lifetime"] = configuredAs
					}
					p := startConfigured(t, block)
					result := p.MustRead(kind, r.block, r.arguments)
					if r.arguments["revoke_with"] != nil {
						p.Close(result)
					}
					_, claims := acctest.DecodeJWT(t, r.assertion(i, result))
					issued, _ := claims["iat"].(float64)
					expires, _ := claims["exp"].(float64)
					if got := time.Duration(expires-issued) * time.Second; got != want {
						t.Errorf("lifetime %s, want %s", got, want)
					}
				})
			}
		}
	}
}
