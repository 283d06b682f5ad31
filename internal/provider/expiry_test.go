package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A token that expires before its block is closed is reported by Renew, at its
// expiry, and by Close; one that does not is not mentioned.
func TestTokenExpiresDuringRun(t *testing.T) {
	w := world()
	for name, block := range map[string]struct {
		name      string
		arguments func(*optest.Issuer) object
	}{
		"access token":    {opened, func(*optest.Issuer) object { return object{"min_validity": "0s"} }},
		"revocable token": {opened, func(i *optest.Issuer) object { b := revocable(i); b["min_validity"] = "0s"; return b }},
		"exchanged token": {exchange, func(*optest.Issuer) object {
			return object{"subject_token": w.Service.PAT, "credentials": object{"key_json": string(w.OIDC.KeyJSON())}}
		}},
	} {
		for what, c := range map[string]struct {
			runs    time.Duration
			skew    time.Duration
			expires bool
		}{
			"short run":            {59 * time.Second, 0, false},
			"long run":             {61 * time.Second, 0, true},
			"short run, 2 h ahead": {59 * time.Second, 2 * time.Hour, false},
			"long run, 2 h behind": {61 * time.Second, -2 * time.Hour, true},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				i := optest.New("http://127.0.0.1:8080", world())
				i.Skew(c.skew)
				i.TokenLifetime(time.Minute + time.Second) // which gives 60 s
				onFakeClock(t, i, object{"key_json": serviceKey()}, func(t *testing.T, _ *network, p *process) {
					value := p.encode(p.schemas.EphemeralResourceSchemas[block.name], block.arguments(i))
					open, err := p.server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: block.name, Config: value})
					if err != nil || p.heard(open.Diagnostics).failed() {
						t.Fatal(err, p.heard(open.Diagnostics))
					}
					if in := time.Until(open.RenewAt); in < 59*time.Second || in > time.Minute {
						t.Errorf("Renew is due in %s", in)
					}
					time.Sleep(c.runs)
					renewed, err := p.server.RenewEphemeralResource(t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: block.name, Private: open.Private})
					if err != nil || !renewed.RenewAt.IsZero() {
						t.Errorf("%v; Renew is due again at %s", err, renewed.RenewAt)
					}
					closed, err := p.server.CloseEphemeralResource(t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: block.name, Private: open.Private})
					if err != nil {
						t.Fatal(err)
					}
					for _, found := range []diagnostics{p.heard(renewed.Diagnostics), p.heard(closed.Diagnostics)} {
						if c.expires {
							contains(t, found, "WARNING", "Access token expired during the run", block.name, "401", "min_validity")
						}
						if expected := map[bool]int{true: 1}[c.expires]; len(found) != expected {
							t.Errorf("%d diagnostics, want %d: %v", len(found), expected, found)
						}
					}
				})
			})
		}
	}
}

// Blocks that share a token that expires lead to one warning.
func TestSharedTokenExpiresDuringRun(t *testing.T) {
	i := optest.New("http://127.0.0.1:8080", world())
	i.TokenLifetime(time.Minute + time.Second)
	onFakeClock(t, i, object{"key_json": serviceKey()}, func(t *testing.T, _ *network, p *process) {
		value := p.encode(p.schemas.EphemeralResourceSchemas[opened], object{"min_validity": "0s"})
		var kept [][]byte
		for range 100 {
			open, err := p.server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: opened, Config: value})
			if err != nil {
				t.Fatal(err)
			}
			kept = append(kept, open.Private)
		}
		time.Sleep(2 * time.Minute)
		var renewed, closed diagnostics
		for _, private := range kept {
			renew, err := p.server.RenewEphemeralResource(t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: opened, Private: private})
			if err != nil {
				t.Fatal(err)
			}
			renewed = append(renewed, p.heard(renew.Diagnostics)...)
			end, err := p.server.CloseEphemeralResource(t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: opened, Private: private})
			if err != nil {
				t.Fatal(err)
			}
			closed = append(closed, p.heard(end.Diagnostics)...)
		}
		if len(renewed) != 1 || len(closed) != 1 {
			t.Errorf("%d and %d warnings", len(renewed), len(closed))
		}
	})
}
