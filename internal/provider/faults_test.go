package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// providerRequest is a kind of request that the provider sends.
type providerRequest struct {
	name      string
	endpoint  optest.Endpoint
	before    int // requests to other endpoints that are sent first
	kinds     []string
	send      func(p *acctest.Process, kind string, i *optest.Issuer) (object, acctest.Diagnostics)
	succeeded func(result object) bool
}

// providerRequests returns the kinds of requests, in the order of the letters in
// faultCase.outcomes.
func providerRequests() []providerRequest {
	w := acctest.World()
	apiKey, oidcKey := string(w.API.KeyJSON()), string(w.OIDC.KeyJSON())
	type send = func(*acctest.Process, string, *optest.Issuer) (object, acctest.Diagnostics)
	read := func(block string, arguments func(*optest.Issuer) object) send {
		return func(p *acctest.Process, kind string, i *optest.Issuer) (object, acctest.Diagnostics) {
			return p.Read(kind, block, arguments(i))
		}
	}
	has := func(name string) func(object) bool {
		return func(result object) bool { return result[name] != nil && result[name] != false }
	}
	none := func(*optest.Issuer) object { return object{} }
	introspection := func(i *optest.Issuer) object {
		return object{"token": i.PAT(w.Service), "credentials": object{"key_json": apiKey}}
	}
	verified := func(i *optest.Issuer) object {
		return object{"token": i.SignToken(accessTokenClaims(i)), "required_audience": []string{w.Project.ID}}
	}
	userinfo := func(i *optest.Issuer) object { return object{"token": i.PAT(w.Service)} }
	exchanged := func(i *optest.Issuer) object {
		return object{"subject_token": i.PAT(w.Service), "credentials": object{"key_json": oidcKey}}
	}
	return []providerRequest{
		{"token", optest.Token, 1, acctest.Kinds, read(accessTokenBlock, none), has("access_token")},
		{
			"introspection", optest.Introspection, 1, acctest.Kinds,
			read("zitadel_introspection", introspection), has("active"),
		},
		{"discovery", optest.Discovery, 0, acctest.Kinds, read(accessTokenBlock, none), has("access_token")},
		{"JWKS", optest.JWKS, 1, acctest.Kinds, read(verificationBlock, verified), has("valid")},
		{"user info", optest.UserInfo, 1, acctest.Kinds, read("zitadel_userinfo", userinfo), has("subject")},
		{"exchange", optest.Token, 1, acctest.Kinds, read(tokenExchangeBlock, exchanged), has("access_token")},
		{"revocation", optest.Revocation, 2, acctest.Kinds[1:], openAndClose, has("access_token")},
	}
}

// knownSecretParts returns the parts of the requests' secrets that no diagnostic may contain.
var knownSecretParts = sync.OnceValue(func() []string {
	w := acctest.World()
	all := []string{w.Service.PAT, w.OIDC.Secret}
	for _, key := range [][]byte{w.Service.KeyJSON(), w.API.KeyJSON(), w.OIDC.KeyJSON()} {
		all = append(all, acctest.SecretParts(string(key))...)
	}
	return all
})

// openAndClose opens a revocable access token and closes it.
func openAndClose(p *acctest.Process, _ string, i *optest.Issuer) (object, acctest.Diagnostics) {
	result, found := p.Open(p.T.Context(), accessTokenBlock, revocableBlock(i))
	if found.Failed() {
		return result, found
	}
	return result, p.Close(result)
}

// outcome is the expected outcome of a request, which the table of faults encodes as a letter.
type outcome struct {
	fails                    bool
	minRequests, maxRequests int
	probes                   int    // number of readiness checks; -1 for one per request
	retries                  int    // minimum number of retries
	codes, value             string // if set, override those in the table
	absent                   string // text that the diagnostics must not contain
}

// outcome returns the expected outcome of a request to an endpoint, given the letter in the table. If
// once is set, the fault ends after one request.
func (f faultCase) outcome(letter byte, endpoint optest.Endpoint, once bool) outcome {
	probes := 0
	if f.readiness != nil {
		probes = 1
	}
	switch letter {
	case 'R', 'W':
		if once {
			return outcome{minRequests: 2, maxRequests: 2, retries: 1}
		}
		if letter == 'W' {
			return outcome{fails: true, minRequests: 2, maxRequests: 4}
		}
		return outcome{fails: true, minRequests: 4, maxRequests: 4, retries: 3}
	case 'L':
		return outcome{fails: true, minRequests: 1, maxRequests: 1, codes: "revocation-timeout", value: "5s"}
	case 'P':
		return outcome{fails: true, minRequests: 1, maxRequests: 1, probes: probes}
	case 'E':
		return outcome{fails: !once, minRequests: 2, maxRequests: 2}
	case 'N':
		return outcome{fails: !once, minRequests: 2, maxRequests: 2, probes: 1}
	case 'O':
		if once {
			return outcome{minRequests: 2, maxRequests: 2, probes: 1, retries: 1}
		}
		least := 4
		if endpoint == optest.Revocation {
			least = 2
		}
		return outcome{
			fails: true, minRequests: least, maxRequests: 4, probes: -1, absent: "invalid_grant", retries: least - 1,
		}
	case 'X':
		return outcome{fails: true}
	case 'H':
		return outcome{minRequests: 2, maxRequests: 2}
	}
	return outcome{minRequests: 1, maxRequests: 1}
}

// TestFaults checks that each request of a data source or an ephemeral resource has the outcome in the
// table, both if the fault ends after one request and if it persists. Cases in which the request
// succeeds are also tested with older releases of ZITADEL.
func TestFaults(t *testing.T) {
	t.Parallel()
	tested := testedSuccesses{}
	for _, f := range faults() {
		for n, req := range providerRequests() {
			letter := f.outcomes[n]
			if letter == '.' {
				continue
			}
			for _, kind := range req.kinds {
				if testing.Short() && kind != req.kinds[0] {
					continue // see tableKinds
				}
				for _, once := range []bool{true, false} {
					if once && testing.Short() {
						continue
					}
					if once && !strings.ContainsRune("RWNOE", rune(letter)) {
						continue // there is no second request that could succeed
					}
					want := f.outcome(letter, req.endpoint, once)
					releases := []optest.Release{optest.ReleaseNewest}
					if !want.fails && kind == req.kinds[0] {
						releases = tested.releases(letter, req)
					}
					for _, release := range releases {
						t.Run(fmt.Sprintf("%s/%s/%s/once %t/%s", f.name, req.name, kind, once, release), func(t *testing.T) {
							t.Parallel()
							i := acctest.NewIssuer()
							i.Release(release)
							i.TokenExchange(true)
							synctest.Test(t, func(t *testing.T) { f.test(t, i, req, kind, once, want) })
						})
					}
				}
			}
		}
	}
}

// testedSuccesses records for which outcomes and requests a success was already tested with all
// releases. A key is the letter of the outcome, followed by the name of the request.
type testedSuccesses map[string]bool

// releases returns the releases with which to test a case in which the request succeeds. The issuer's
// responses differ between releases, but the faults that the network or a proxy causes do not. For
// each outcome and request, older releases are therefore tested with only one of these faults.
func (s testedSuccesses) releases(letter byte, req providerRequest) []optest.Release {
	isResponse, isTested := strings.ContainsRune("NOE", rune(letter)), s[string(letter)+req.name]
	s[string(letter)+req.name] = true
	if testing.Short() || isTested && !isResponse {
		return []optest.Release{optest.ReleaseNewest}
	}
	return optest.Releases()
}

// test sends one request and checks its outcome. If once is set, the fault affects only the first
// attempt; otherwise, it affects all attempts.
func (f faultCase) test(t *testing.T, i *optest.Issuer, req providerRequest, kind string, once bool, want outcome) {
	n := acctest.NewNetwork(t, i)
	times := 100
	if once {
		times = 1
	}
	n.Refuse(f.dial, req.before, times)
	i.Skew(f.skew)
	if f.cachedDiscovery {
		i.Fail(optest.Discovery, 1, optest.Fault{Header: http.Header{"Age": {"1"}}})
	}
	if f.response != nil {
		i.Fail(req.endpoint, times, f.response(i, req.endpoint))
	}
	if f.readiness != nil {
		i.Fail(optest.Ready, times, *f.readiness)
	}
	p := startOnNetwork(t, n)
	p.ConfigureValid(object{"issuer": i.URL, "key_json": acctest.ServiceKey()})
	began := time.Now()
	result, found := req.send(p, kind, i)
	took := time.Since(began)

	requests, probes := i.Requests(req.endpoint)+n.Refused(), i.Requests(optest.Ready)
	if requests < want.minRequests || requests > want.maxRequests {
		t.Errorf("%d requests, want %d to %d", requests, want.minRequests, want.maxRequests)
	}
	if want.probes < 0 && probes != requests || want.probes >= 0 && probes != want.probes {
		t.Errorf("%d readiness checks, want %d (-1: one per request)", probes, want.probes)
	}
	backoff := 9 * time.Second // including the wait after a rejection, in case the credentials are new
	if strings.HasPrefix(f.name, "429") {
		backoff = 56 * time.Second
	}
	shortest := time.Duration(want.retries) * f.retryAfter
	longest := time.Duration(requests)*(f.attemptTime+f.retryAfter) + backoff
	if took < shortest || took > longest {
		t.Errorf("the request took %s, want %s to %s", took, shortest, longest)
	}
	if req.endpoint == optest.Revocation && took > 5*time.Second {
		t.Errorf("the revocation took %s, want at most 5s", took)
	}
	if f.check(t, found, want, f.responds(i, req.endpoint)); want.fails == (req.succeeded(result) && !found.Failed()) {
		t.Errorf("failed: %t, want %t: %v %v", !want.fails, want.fails, result, found)
	}
	if dials := n.UnexpectedDials(); len(dials) > 0 {
		t.Errorf("unexpected connections to %v", dials)
	}
}

// responds reports whether the endpoint sends a response with a status.
func (f faultCase) responds(i *optest.Issuer, endpoint optest.Endpoint) bool {
	if f.response == nil {
		return f.dial == nil
	}
	sent := f.response(i, endpoint)
	return !sent.Reset && sent.Delay == 0
}

// check compares the diagnostics with the expected outcome. An error must report that there was no
// response if responds is false, and only then.
func (f faultCase) check(t *testing.T, found acctest.Diagnostics, want outcome, responds bool) {
	text := found.String()
	codes, value := f.codes, f.value
	if want.codes != "" {
		codes, value = want.codes, want.value
	}
	if found.Failed() {
		got := codesOf(found)
		for _, code := range strings.Fields(codes) {
			if !slices.Contains(got, code) {
				t.Errorf("codes %q do not include %q, in %s", got, code, text)
			}
		}
		if f.status != "" && want.codes == "" {
			acctest.CheckContains(t, found, inResponse(f.status))
		}
		acctest.CheckContains(t, found, value)
		if want.codes == "" && responds == strings.Contains(text, inResponse("none")) {
			t.Errorf("the endpoint responded: %t, but the diagnostics are %s", responds, text)
		}
	}
	for n, secret := range knownSecretParts() {
		if strings.Contains(text, secret) {
			t.Errorf("a diagnostic contains secret %d", n)
		}
	}
	if strings.Contains(text, "canary") || want.absent != "" && strings.Contains(text, want.absent) {
		t.Errorf("a diagnostic contains a secret or the rejection: %s", text)
	}
	if want.fails && len(found) > 2 || !want.fails && len(found) > 1 {
		t.Errorf("%d diagnostics, want at most one, or two if the request fails: %s", len(found), text)
	}
}
