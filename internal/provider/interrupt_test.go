package provider_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// An interrupt during a stalled request leaves no goroutine. The test is not parallel,
// because the goroutines of other tests would count.
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
			acctest.Await(t, "the read's end", read)
			acctest.Await(t, "the request's end", s.Ended)
			checkCodes(t, found, "interrupted")
			acctest.CheckContains(t, found, "ERROR", unableTo("get access token"))
		})
		goleak.VerifyNone(t, before)
	}
}
