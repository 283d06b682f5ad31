package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// If a token expires before its block is closed, Renew, which is due at that time, and Close must each
// return a warning. Otherwise, neither may return one.
func TestTokenExpiresDuringRun(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	for name, block := range map[string]struct {
		name      string
		arguments func(*optest.Issuer) object
	}{
		"access token": {accessTokenBlock, func(*optest.Issuer) object { return object{"min_validity": "0s"} }},
		"revocable token": {
			accessTokenBlock,
			func(i *optest.Issuer) object { b := revocableBlock(i); b["min_validity"] = "0s"; return b },
		},
		"exchanged token": {tokenExchangeBlock, func(*optest.Issuer) object {
			return object{"subject_token": w.Service.PAT, "credentials": object{"key_json": string(w.OIDC.KeyJSON())}}
		}},
	} {
		for what, c := range map[string]struct {
			runs    time.Duration
			skew    time.Duration
			expires bool
		}{
			"short run":                  {59 * time.Second, 0, false},
			"long run":                   {61 * time.Second, 0, true},
			"short run, clock 2 h ahead": {59 * time.Second, 2 * time.Hour, false},
			"long run, clock 2 h behind": {61 * time.Second, -2 * time.Hour, true},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				i := acctest.NewIssuer()
				i.Skew(c.skew)
				i.TokenLifetime(time.Minute + time.Second) // expires_in is one second shorter
				onFakeClock(
					t,
					i,
					object{"key_json": acctest.ServiceKey()},
					func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
						value := p.Encode(p.Schemas.EphemeralResourceSchemas[block.name], block.arguments(i))
						open, err := p.Server.OpenEphemeralResource(
							t.Context(),
							&tfprotov6.OpenEphemeralResourceRequest{TypeName: block.name, Config: value},
						)
						if err != nil || p.Record(open.Diagnostics).Failed() {
							t.Fatal(err, p.Record(open.Diagnostics))
						}
						if in := time.Until(open.RenewAt); in < 59*time.Second || in > time.Minute {
							t.Errorf("Renew is due in %s, want 59s to 60s", in)
						}
						time.Sleep(c.runs)
						renewed, err := p.Server.RenewEphemeralResource(
							t.Context(),
							&tfprotov6.RenewEphemeralResourceRequest{TypeName: block.name, Private: open.Private},
						)
						if err != nil || !renewed.RenewAt.IsZero() {
							t.Errorf("Renew: error %v, due again at %s; want no error, and never", err, renewed.RenewAt)
						}
						closed, err := p.Server.CloseEphemeralResource(
							t.Context(),
							&tfprotov6.CloseEphemeralResourceRequest{TypeName: block.name, Private: open.Private},
						)
						if err != nil {
							t.Fatal(err)
						}
						for _, found := range []acctest.Diagnostics{p.Record(renewed.Diagnostics), p.Record(closed.Diagnostics)} {
							if c.expires {
								checkCodes(t, found, "token-expired-during-run")
								acctest.CheckContains(t, found, "WARNING", block.name)
							}
							if expected := map[bool]int{true: 1}[c.expires]; len(found) != expected {
								t.Errorf("%d diagnostics, want %d: %v", len(found), expected, found)
							}
						}
					},
				)
			})
		}
	}
}

// If 100 blocks share a token that expires, Renew and Close must each warn only once.
func TestSharedTokenExpiresDuringRun(t *testing.T) {
	t.Parallel()
	i := acctest.NewIssuer()
	i.TokenLifetime(time.Minute + time.Second)
	onFakeClock(
		t,
		i,
		object{"key_json": acctest.ServiceKey()},
		func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
			value := p.Encode(p.Schemas.EphemeralResourceSchemas[accessTokenBlock], object{"min_validity": "0s"})
			var kept [][]byte
			for range 100 {
				open, err := p.Server.OpenEphemeralResource(
					t.Context(),
					&tfprotov6.OpenEphemeralResourceRequest{TypeName: accessTokenBlock, Config: value},
				)
				if err != nil {
					t.Fatal(err)
				}
				kept = append(kept, open.Private)
			}
			time.Sleep(2 * time.Minute)
			var renewed, closed acctest.Diagnostics
			for _, private := range kept {
				renew, err := p.Server.RenewEphemeralResource(
					t.Context(),
					&tfprotov6.RenewEphemeralResourceRequest{TypeName: accessTokenBlock, Private: private},
				)
				if err != nil {
					t.Fatal(err)
				}
				renewed = append(renewed, p.Record(renew.Diagnostics)...)
				end, err := p.Server.CloseEphemeralResource(
					t.Context(),
					&tfprotov6.CloseEphemeralResourceRequest{TypeName: accessTokenBlock, Private: private},
				)
				if err != nil {
					t.Fatal(err)
				}
				closed = append(closed, p.Record(end.Diagnostics)...)
			}
			if len(renewed) != 1 || len(closed) != 1 {
				t.Errorf("%d warnings from Renew and %d from Close, want 1 from each", len(renewed), len(closed))
			}
		},
	)
}
