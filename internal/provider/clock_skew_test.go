package provider_test

import (
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The provider must correct clock skew and, if the skew exceeds one minute, warn once.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	i := acctest.NewIssuer()
	i.Skew(2 * time.Hour)
	onFakeClock(
		t,
		i,
		object{"key_json": acctest.ServiceKey()},
		func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
			got, found := p.Read("data", "zitadel_access_token", nil)
			checkCodes(t, found, "clocks-differ")
			acctest.CheckContains(t, found, "WARNING", adviceOf("clocks-differ", "skew", 2*time.Hour, "issuer", i.URL))
			if ahead := time.Until(acctest.ParseTime(t, got["expires_at"])); ahead < 13*time.Hour {
				t.Errorf("expires_at is %s after the local time, want at least 13h", ahead)
			}
			p.MustRead("data", "zitadel_access_token", object{"scopes": []string{"openid"}})
		},
	)

	// Skew that is too large to correct must cause an error without the warning.
	i.Skew(25 * time.Hour)
	onFakeClock(t, i, object{}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
		_, found := p.Read("data", "zitadel_jwks", nil)
		checkCodes(t, found, "clock-wrong")
		acctest.CheckContains(t, found, "ERROR", textOf("clock-wrong", "skew", 25*time.Hour))
	})
}

// The provider cannot correct clock skew in a presigned assertion, whether the assertion is set in
// the provider block or in a data source. The warning must mention this exception, and where presigned
// assertions come from.
func TestClockSkewOfAssertion(t *testing.T) {
	t.Parallel()
	for place, configure := range map[string]func(signed any) (provider, arguments object){
		"provider": func(signed any) (object, object) { return object{"assertion": signed}, nil },
		"block": func(signed any) (object, object) {
			return object{"key_json": acctest.ServiceKey()}, object{"credentials": object{"assertion": signed}}
		},
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			i := acctest.NewIssuer()
			i.Skew(-2 * time.Hour)
			signer := object{"key_json": acctest.ServiceKey()}
			onFakeClock(t, i, signer, func(t *testing.T, n *acctest.Network, p *acctest.Process) {
				block, arguments := configure(p.MustRead("data", signing, nil)["assertion"])
				block["issuer"] = i.URL
				presigned := startOnNetwork(t, n)
				presigned.ConfigureValid(block)
				_, found := presigned.Read("data", accessTokenBlock, arguments)
				acctest.CheckContains(t, found, "ERROR", "[assertion-issued-in-future]", "WARNING",
					adviceOf("clocks-differ", "skew", 2*time.Hour, "behind", true, "issuer", i.URL))
				for _, source := range []string{"set in assertion", signing, "signed_assertion"} {
					acctest.CheckContains(t, found[:1], source)
				}
			})
		})
	}
}
