package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A database that comes and goes. A no is believed only if the very next answer
// after a probe that succeeds is one, too.
func TestFlappingDatabase(t *testing.T) {
	ok, down := optest.Fault{}, answer(412, "DB CONNECTION ERROR")
	for name, c := range map[string]struct {
		answers  string // of the server: n for a rejection, d for 503, r for a reset, y for a valid response
		probes   []optest.Fault
		requests int
		believed bool
	}{
		"back at once":              {"ny", []optest.Fault{ok}, 2, false},
		"back after a wait":         {"ny", []optest.Fault{down}, 2, false},
		"back at the second probe":  {"nny", []optest.Fault{down, ok}, 3, false},
		"back at the third":         {"nnny", []optest.Fault{down, down, ok}, 4, false},
		"gone between two noes":     {"ndny", []optest.Fault{ok, down}, 4, false},
		"reset between two noes":    {"nrny", []optest.Fault{ok, ok}, 4, false},
		"gone first":                {"dnny", []optest.Fault{down, ok}, 4, false},
		"true after it was gone":    {"dnn", []optest.Fault{ok}, 3, true},
		"true after a failed probe": {"nnn", []optest.Fault{down, ok}, 3, true},
		"true with a gap between":   {"ndnn", []optest.Fault{ok, ok}, 4, true},
		"gone for good":             {"nnnn", []optest.Fault{down, down, down, down}, 4, false},
	} {
		for _, q := range questions() {
			if q.endpoint == optest.Discovery || q.endpoint == optest.JWKS || q.endpoint == optest.Revocation {
				continue // nothing is denied there, or in less time
			}
			t.Run(name+"/"+q.name, func(t *testing.T) {
				t.Parallel()
				i := optest.New("http://127.0.0.1:8080", world())
				for _, letter := range c.answers {
					i.Fail(q.endpoint, 1, map[rune]optest.Fault{
						'n': denied(i, q.endpoint), 'd': answer(503, ""), 'r': {Reset: true}, 'y': ok,
					}[letter])
				}
				for _, probe := range c.probes {
					i.Fail(optest.Ready, 1, probe)
				}
				onFakeClock(t, i, object{"key_json": serviceKey()}, func(t *testing.T, _ *network, p *process) {
					result, found := q.ask(p, kinds[0], i)
					truth := strings.HasSuffix(c.answers, "y")
					if got := q.answered(result) && !found.failed(); got != truth {
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

// Through the CLI: while the database is down a live token is neither dead nor
// refused, and the run that asks says that there is an outage.
func TestAccOutage(t *testing.T) {
	i := issuer(t)
	i.InstanceCache(true)
	w := newWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_pat="+i.World.Service.PAT,
		"TF_VAR_client_id="+i.World.APIBasic.ClientID, "TF_VAR_client_secret="+i.World.APIBasic.Secret,
	).write(`
variable "client_id" {}
variable "client_secret" { sensitive = true }
variable "pat" { sensitive = true }

provider "zitadel" {
  client_id     = var.client_id
  client_secret = var.client_secret
  max_retries   = 1
}

data "zitadel_introspection" "this" { token = var.pat }

ephemeral "zitadel_introspection" "this" { token = var.pat }

output "active" { value = data.zitadel_introspection.this.active }
`)
	i.DatabaseDown(true)
	told, err := w.run("plan", "-no-color")
	if err == nil || !hasAll(told, "Unable to introspect token", "This is an outage", "/debug/ready: status 412") || strings.Contains(told, "active = ") {
		t.Errorf("%v\n%s", err, told)
	}
	i.DatabaseDown(false)
	if told := w.must("plan", "-no-color"); !strings.Contains(told, "active = true") {
		t.Error(told)
	}
}
