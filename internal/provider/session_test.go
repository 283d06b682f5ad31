package provider_test

import (
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// Everything that depends on the local time uses the injected clock.
func TestInjectedClock(t *testing.T) {
	now := time.Now().Add(3 * time.Hour).Truncate(time.Second)
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			i := issuer(t)
			expires := now.Add(time.Minute).UTC().Format(time.RFC3339)
			key := with(t, i.World.Service.KeyJSON(), object{"expirationDate": expires})
			p := &process{t: t, server: provider.NewServerAt(func() time.Time { return now }), schemas: schemas(), quiet: true}
			if found := p.configure(object{"issuer": i.URL, "key_json": key}); len(found) > 0 {
				t.Fatal(found)
			}
			signed, found := p.read(kind, "zitadel_client_assertion", nil)
			contains(t, found, "WARNING", "Key ends soon", expires)
			if issued := instantOf(t, signed["issued_at"]); !issued.Equal(now.Add(-5 * time.Second)) {
				t.Errorf("assertion of %s, want five seconds before %s", issued, now)
			}
			if info := p.must(kind, "zitadel_key_info", nil); info["expires_in"] != 60 {
				t.Errorf("the key expires in %v s, want 60", info["expires_in"])
			}
			token, found := p.read(kind, "zitadel_access_token", nil)
			contains(t, found, "WARNING", "Clocks differ")
			if issued := instantOf(t, token["issued_at"]); time.Since(issued).Abs() > time.Minute {
				t.Errorf("token of %s, which is not the server's time", issued)
			}
		})
	}
}
