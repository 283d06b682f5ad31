package provider_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// After an interrupt during a stalled request, no goroutine is left. The test is not
// parallel, because it would otherwise detect the goroutines of other tests.
func TestInterruptEndsGoroutines(t *testing.T) {
	i := acctest.StartIssuer(t)
	for name, c := range map[string]struct {
		kind  string
		block object
	}{"data source": {"data", nil}, "ephemeral": {"ephemeral", nil}, "revocable": {"ephemeral", revocableBlock(i)}} {
		before := goleak.IgnoreCurrent()
		t.Run(name, func(t *testing.T) {
			s := acctest.StartStalledIssuer(t, 0)
			p := startConfigured(
				t,
				object{"issuer": s.URL, "key_json": string(s.World.Service.KeyJSON()), "request_timeout": "1h"},
			)
			read := make(chan struct{})
			var found acctest.Diagnostics
			go func() {
				defer close(read)
				_, found = p.Read(c.kind, "zitadel_access_token", c.block)
			}()
			acctest.Await(t, "the request", s.Began)
			if problem := p.Stop(); problem != "" {
				t.Error(problem)
			}
			acctest.Await(t, "the end of the read", read)
			acctest.Await(t, "the end of the request", s.Ended)
			checkCodes(t, found, "interrupted")
			acctest.CheckContains(t, found, "ERROR", unableTo("get access token"))
		})
		goleak.VerifyNone(t, before)
	}
}
