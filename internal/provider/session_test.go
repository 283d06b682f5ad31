package provider_test

import (
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// Everything that depends on the local time must use the injected clock.
func TestInjectedClock(t *testing.T) {
	t.Parallel()
	now := time.Now().Add(3 * time.Hour).Truncate(time.Second)
	for _, kind := range acctest.Kinds {
		t.Run(kind, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			expires := now.Add(time.Minute).UTC().Format(time.RFC3339)
			key := acctest.ChangeKey(t, i.World.Service.KeyJSON(), object{"expirationDate": expires})
			server := provider.NewServerAt(func() time.Time { return now })
			p := acctest.NewQuietProcess(t, server, providerSchemas())
			if found := p.Configure(object{"issuer": i.URL, "key_json": key}); len(found) > 0 {
				t.Fatal(found)
			}
			signed, found := p.Read(kind, "zitadel_client_assertion", nil)
			checkCodes(t, found, "key-expires-soon")
			acctest.CheckContains(t, found, "WARNING", expires, i.World.Service.ID)
			if issued := acctest.ParseTime(t, signed["issued_at"]); !issued.Equal(now.Add(-5 * time.Second)) {
				t.Errorf("the assertion was issued at %s, want five seconds before the injected time, %s", issued, now)
			}
			if info := p.MustRead(kind, "zitadel_key_info", nil); info["expires_in"] != 60 {
				t.Errorf("the key expires in %v s, want 60", info["expires_in"])
			}
			token, found := p.Read(kind, "zitadel_access_token", nil)
			checkCodes(t, found, "clocks-differ")
			acctest.CheckContains(t, found, "WARNING")
			if issued := acctest.ParseTime(t, token["issued_at"]); time.Since(issued).Abs() > time.Minute {
				t.Errorf("the token was issued at %s, want the server's time", issued)
			}
		})
	}
}
