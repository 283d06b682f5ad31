package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// question is one of those that the provider asks.
type question struct {
	name     string
	endpoint optest.Endpoint
	before   int // requests to other endpoints that come first
	kinds    []string
	ask      func(p *process, kind string, i *optest.Issuer) (object, diagnostics)
	answered func(result object) bool
}

// questions are in the order of the letters of a fault.
func questions() []question {
	w := world()
	apiKey, oidcKey := string(w.API.KeyJSON()), string(w.OIDC.KeyJSON())
	read := func(block string, arguments func(*optest.Issuer) object) func(*process, string, *optest.Issuer) (object, diagnostics) {
		return func(p *process, kind string, i *optest.Issuer) (object, diagnostics) {
			return p.read(kind, block, arguments(i))
		}
	}
	has := func(name string) func(object) bool {
		return func(result object) bool { return result[name] != nil && result[name] != false }
	}
	none := func(*optest.Issuer) object { return object{} }
	introspection := func(*optest.Issuer) object {
		return object{"token": w.Service.PAT, "credentials": object{"key_json": apiKey}}
	}
	verified := func(i *optest.Issuer) object {
		return object{"token": i.SignToken(good(i)), "required_audience": []string{w.Project.ID}}
	}
	whose := func(*optest.Issuer) object { return object{"token": w.Service.PAT} }
	exchanged := func(*optest.Issuer) object {
		return object{"subject_token": w.Service.PAT, "credentials": object{"key_json": oidcKey}}
	}
	return []question{
		{"token", optest.Token, 1, kinds, read(opened, none), has("access_token")},
		{"introspection", optest.Introspection, 1, kinds, read("zitadel_introspection", introspection), has("active")},
		{"discovery", optest.Discovery, 0, kinds, read(opened, none), has("access_token")},
		{"JWKS", optest.JWKS, 1, kinds, read(verification, verified), has("valid")},
		{"user info", optest.UserInfo, 1, kinds, read("zitadel_userinfo", whose), has("subject")},
		{"exchange", optest.Token, 1, kinds, read(exchange, exchanged), has("access_token")},
		{"revocation", optest.Revocation, 2, kinds[1:], openAndClose, has("access_token")},
	}
}

var serviceKey = sync.OnceValue(func() string { return string(world().Service.KeyJSON()) })

// untold are the secrets that go into a question.
var untold = sync.OnceValue(func() []string {
	w := world()
	all := []string{w.Service.PAT, w.OIDC.Secret}
	for _, key := range [][]byte{w.Service.KeyJSON(), w.API.KeyJSON(), w.OIDC.KeyJSON()} {
		all = append(all, parts(string(key))...)
	}
	return all
})

func openAndClose(p *process, _ string, i *optest.Issuer) (object, diagnostics) {
	result, found := p.open(p.t.Context(), opened, revocable(i))
	if found.failed() {
		return result, found
	}
	return result, p.close(result)
}

func (d diagnostics) failed() bool {
	for _, each := range d {
		if each.Severity == tfprotov6.DiagnosticSeverityError || strings.HasPrefix(each.Summary, "Unable to") {
			return true
		}
	}
	return false
}

// outcome is what a letter stands for.
type outcome struct {
	fails       bool
	least, most int // requests
	probes      int // -1 for as many as requests
	retries     int // at least
	untrue      string
	says        string // in place of the fault's words
}

func (f fault) outcome(letter byte, of optest.Endpoint, once bool) outcome {
	probes := 0
	if f.ready != nil {
		probes = 1
	}
	switch letter {
	case 'R', 'W':
		if once {
			return outcome{least: 2, most: 2, retries: 1}
		}
		if letter == 'W' {
			return outcome{fails: true, least: 2, most: 4}
		}
		return outcome{fails: true, least: 4, most: 4, retries: 3}
	case 'L':
		return outcome{fails: true, least: 1, most: 1, says: "no response within 5s"}
	case 'P':
		return outcome{fails: true, least: 1, most: 1, probes: probes}
	case 'E':
		return outcome{fails: !once, least: 2, most: 2}
	case 'N':
		return outcome{fails: !once, least: 2, most: 2, probes: 1}
	case 'O':
		if once {
			return outcome{least: 2, most: 2, probes: 1, retries: 1}
		}
		least := 4
		if of == optest.Revocation {
			least = 2
		}
		return outcome{fails: true, least: least, most: 4, probes: -1, untrue: "invalid_grant", retries: least - 1}
	case 'X':
		return outcome{fails: true}
	case 'H':
		return outcome{least: 2, most: 2}
	}
	return outcome{least: 1, most: 1}
}

func TestFaults(t *testing.T) {
	for _, f := range faults() {
		for n, q := range questions() {
			letter := f.want[n]
			if letter == '.' {
				continue
			}
			for _, kind := range q.kinds {
				for _, once := range []bool{true, false} {
					if once && !strings.ContainsRune("RWNOE", rune(letter)) {
						continue // no second request to come through
					}
					t.Run(fmt.Sprintf("%s/%s/%s/once %t", f.name, q.name, kind, once), func(t *testing.T) {
						t.Parallel()
						i := optest.New("http://127.0.0.1:8080", world())
						want := f.outcome(letter, q.endpoint, once)
						synctest.Test(t, func(t *testing.T) { f.test(t, i, q, kind, once, want) })
					})
				}
			}
		}
	}
}

// test asks one question while the fault lasts, for one request or for all.
func (f fault) test(t *testing.T, i *optest.Issuer, q question, kind string, once bool, want outcome) {
	n := newNetwork(t, i)
	defer n.server.Close()
	times := 100
	if once {
		times = 1
	}
	n.refuse, n.after, n.times = f.dial, q.before, times
	i.Skew(f.skew)
	if f.aged {
		i.Fail(optest.Discovery, 1, optest.Fault{Header: http.Header{"Age": {"1"}}})
	}
	if f.gives != nil {
		i.Fail(q.endpoint, times, f.gives(i, q.endpoint))
	}
	if f.ready != nil {
		i.Fail(optest.Ready, times, *f.ready)
	}
	p := startOn(t, n)
	if found := p.take(p.encode(p.schemas.Provider, object{"issuer": i.URL, "key_json": serviceKey()})); len(found) > 0 {
		t.Fatal(found)
	}
	began := time.Now()
	result, found := q.ask(p, kind, i)
	took := time.Since(began)

	requests, probes := i.Requests(q.endpoint)+n.refused(), i.Requests(optest.Ready)
	if requests < want.least || requests > want.most {
		t.Errorf("%d requests, want %d to %d", requests, want.least, want.most)
	}
	if want.probes < 0 && probes != requests || want.probes >= 0 && probes != want.probes {
		t.Errorf("%d probes, want %d", probes, want.probes)
	}
	backoff := 9 * time.Second // with the wait for credentials that may be new
	if strings.HasPrefix(f.name, "429") {
		backoff = 56 * time.Second
	}
	if longest := time.Duration(requests)*(f.each+f.after) + backoff; took > longest || took < time.Duration(want.retries)*f.after {
		t.Errorf("it took %s, want at most %s", took, longest)
	}
	if q.endpoint == optest.Revocation && took > 5*time.Second {
		t.Errorf("the revocation took %s", took)
	}
	if f.check(t, found, want); want.fails == (q.answered(result) && !found.failed()) {
		t.Errorf("it failed: %t, want %t: %v %v", !want.fails, want.fails, result, found)
	}
	if len(n.astray) > 0 {
		t.Errorf("it connects to %v", n.astray)
	}
}

// check reads what a practitioner is told.
func (f fault) check(t *testing.T, found diagnostics, want outcome) {
	told := found.String()
	says := f.says
	if want.says != "" {
		says = want.says
	}
	if words := strings.Split(says, "|"); found.failed() && !hasAll(told, words...) {
		t.Errorf("no %q in %s", words, told)
	}
	for n, secret := range untold() {
		if strings.Contains(told, secret) {
			t.Errorf("secret %d is in a diagnostic", n)
		}
	}
	if strings.Contains(told, "canary") || want.untrue != "" && strings.Contains(told, want.untrue) {
		t.Errorf("it says %s", told)
	}
	if want.fails && len(found) > 2 || !want.fails && len(found) > 1 {
		t.Errorf("%d diagnostics: %s", len(found), told)
	}
}
