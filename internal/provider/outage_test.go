package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The database is down from time to time. A rejection counts only if a readiness check
// succeeds, and the next response is a rejection, too.
func TestFlappingDatabase(t *testing.T) {
	t.Parallel()
	ok, down := optest.Fault{}, response(412, "DB CONNECTION ERROR")
	for name, c := range map[string]struct {
		answers  string // n for a rejection, d for 503, r for a reset, y for a valid response
		probes   []optest.Fault
		requests int
		believed bool
	}{
		"back at once":                 {"ny", []optest.Fault{ok}, 2, false},
		"back after a wait":            {"ny", []optest.Fault{down}, 2, false},
		"back at the second probe":     {"nny", []optest.Fault{down, ok}, 3, false},
		"back at the third":            {"nnny", []optest.Fault{down, down, ok}, 4, false},
		"gone between two rejections":  {"ndny", []optest.Fault{ok, down}, 4, false},
		"reset between two rejections": {"nrny", []optest.Fault{ok, ok}, 4, false},
		"gone first":                   {"dnny", []optest.Fault{down, ok}, 4, false},
		"true after it was gone":       {"dnn", []optest.Fault{ok}, 3, true},
		"true after a failed probe":    {"nnn", []optest.Fault{down, ok}, 3, true},
		"true with a gap between":      {"ndnn", []optest.Fault{ok, ok}, 4, true},
		"gone for good":                {"nnnn", []optest.Fault{down, down, down, down}, 4, false},
	} {
		for _, q := range providerRequests() {
			if q.endpoint == optest.Discovery || q.endpoint == optest.JWKS || q.endpoint == optest.Revocation {
				continue // nothing is rejected there, or within five seconds
			}
			t.Run(name+"/"+q.name, func(t *testing.T) {
				t.Parallel()
				i := acctest.NewIssuer()
				for _, letter := range c.answers {
					i.Fail(q.endpoint, 1, map[rune]optest.Fault{
						'n': rejection(i, q.endpoint), 'd': response(503, ""), 'r': {Reset: true}, 'y': ok,
					}[letter])
				}
				for _, probe := range c.probes {
					i.Fail(optest.Ready, 1, probe)
				}
				onFakeClock(t, i, object{"key_json": acctest.ServiceKey()}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					result, found := q.send(p, acctest.Kinds[0], i)
					truth := strings.HasSuffix(c.answers, "y")
					if got := q.succeeded(result) && !found.Failed(); got != truth {
						t.Errorf("answered: %t, want %t: %v", got, truth, found)
					}
					outage := strings.Contains(found.String(), "This is an outage")
					if !truth && outage == c.believed {
						t.Errorf("believed: %t, want %t: %v", !outage, c.believed, found)
					}
				})
				if i.Requests(q.endpoint) != c.requests || i.Requests(optest.Ready) != len(c.probes) {
					t.Errorf("%d requests and %d probes, want %d and %d", i.Requests(q.endpoint), i.Requests(optest.Ready), c.requests, len(c.probes))
				}
			})
		}
	}
}
