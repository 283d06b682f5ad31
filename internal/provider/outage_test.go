package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// While the database is down intermittently, the provider must not report a rejection unless a
// readiness check succeeds and the next response is a rejection, too.
func TestFlappingDatabase(t *testing.T) {
	t.Parallel()
	ok, down := optest.Fault{}, response(412, "DB CONNECTION ERROR")
	for name, c := range map[string]struct {
		responses string         // n for a rejection, d for 503, r for a reset, y for a valid response
		probes    []optest.Fault // responses to readiness checks
		requests  int
		accepted  bool // whether the provider reports the rejection rather than an outage
	}{
		"up immediately":                      {"ny", []optest.Fault{ok}, 2, false},
		"up after a wait":                     {"ny", []optest.Fault{down}, 2, false},
		"up at the second check":              {"nny", []optest.Fault{down, ok}, 3, false},
		"up at the third check":               {"nnny", []optest.Fault{down, down, ok}, 4, false},
		"down between two rejections":         {"ndny", []optest.Fault{ok, down}, 4, false},
		"reset between two rejections":        {"nrny", []optest.Fault{ok, ok}, 4, false},
		"down first":                          {"dnny", []optest.Fault{down, ok}, 4, false},
		"rejected after an outage":            {"dnn", []optest.Fault{ok}, 3, true},
		"rejected after a failed check":       {"nnn", []optest.Fault{down, ok}, 3, true},
		"rejected before and after an outage": {"ndnn", []optest.Fault{ok, ok}, 4, true},
		"down permanently":                    {"nnnn", []optest.Fault{down, down, down, down}, 4, false},
	} {
		for _, q := range providerRequests() {
			if q.endpoint == optest.Discovery || q.endpoint == optest.JWKS || q.endpoint == optest.Revocation {
				continue // discovery and JWKS requests cannot be rejected; a revocation must end within five seconds
			}
			t.Run(name+"/"+q.name, func(t *testing.T) {
				t.Parallel()
				i := acctest.NewIssuer()
				for _, letter := range c.responses {
					i.Fail(q.endpoint, 1, map[rune]optest.Fault{
						'n': rejection(i, q.endpoint), 'd': response(503, ""), 'r': {Reset: true}, 'y': ok,
					}[letter])
				}
				for _, probe := range c.probes {
					i.Fail(optest.Ready, 1, probe)
				}
				block := object{"key_json": acctest.ServiceKey()}
				onFakeClock(t, i, block, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					result, found := q.send(p, acctest.Kinds[0], i)
					succeeds := strings.HasSuffix(c.responses, "y")
					if got := q.succeeded(result) && !found.Failed(); got != succeeds {
						t.Errorf("the request succeeded: %t, want %t: %v", got, succeeds, found)
					}
					if !succeeds && isOutage(found) == c.accepted {
						t.Errorf("the rejection was accepted: %t, want %t: %v", !c.accepted, c.accepted, found)
					}
				})
				requests, probes := i.Requests(q.endpoint), i.Requests(optest.Ready)
				if requests != c.requests || probes != len(c.probes) {
					t.Errorf("%d requests and %d readiness checks, want %d and %d", requests, probes, c.requests, len(c.probes))
				}
			})
		}
	}
}
