package provider_test

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// outages are functions that begin or end an outage.
var outages = map[string]func(*optest.Issuer, *acctest.Network, bool){
	"connection refused": func(_ *optest.Issuer, n *acctest.Network, on bool) {
		var refusal error
		if on {
			refusal = syscall.ECONNREFUSED
		}
		n.Refuse(refusal, 0, 1<<30)
	},
	"newest": func(i *optest.Issuer, _ *acctest.Network, on bool) { i.DatabaseDown(on) },
	"v4.13": func(i *optest.Issuer, _ *acctest.Network, on bool) {
		i.Release(optest.ReleaseV4_13)
		i.DatabaseDown(on)
	},
	"newest, instance cache": func(i *optest.Issuer, _ *acctest.Network, on bool) {
		i.InstanceCache(true)
		i.DatabaseDown(on)
	},
}

// A thousand blocks send few more requests than ten to a server that is down, and take
// little longer than one. Each reports an outage.
func TestEndlessOutageIsShared(t *testing.T) {
	t.Parallel()
	// One block waits for 7 s, and for 2 s if its credentials may be new.
	const most, longest = 60, (7 + 2) * time.Second * 3 / 2
	eachOutage(
		t,
		func(t *testing.T, how string, c blocks, kind string, i *optest.Issuer, n *acctest.Network, p *acctest.Process) {
			outages[how](i, n, true)
			before, dials, began := countRequests(i), n.Refused(), time.Now()
			for _, found := range c.read(p, i, kind) {
				isRefused := len(found) == 1 && slices.Equal(codesOf(found), []string{"connection-refused"})
				if how == "connection refused" && !isRefused || how != "connection refused" && !isOutage(found) {
					t.Fatalf("no outage is reported: %v", found)
				}
			}
			if made := countRequests(i) - before + n.Refused() - dials; made > most {
				t.Errorf("%d requests, want at most %d", made, most)
			}
			if took := time.Since(began); took > longest {
				t.Errorf("it took %s, want at most %s", took, longest)
			}
		},
	)
}

// A thousand blocks survive an outage of three seconds, and do not overload the
// server when it recovers.
func TestShortOutageIsSurvived(t *testing.T) {
	t.Parallel()
	eachOutage(
		t,
		func(t *testing.T, how string, c blocks, kind string, i *optest.Issuer, n *acctest.Network, p *acctest.Process) {
			if how != "v4.13" {
				c.size = min(c.size, 40) // issuing a thousand tokens is slow
			}
			healthy := 1 + c.size
			if c.equal {
				healthy = 2
			}
			outages[how](i, n, true)
			before, dials := countRequests(i), n.Refused()
			time.AfterFunc(3*time.Second, func() { outages[how](i, n, false) })
			for _, found := range c.read(p, i, kind) {
				if len(found) > 0 {
					t.Fatal(found)
				}
			}
			if made, want := countRequests(i)-before+n.Refused()-dials, healthy*11/10+60; made > want {
				t.Errorf("%d requests, want at most %d", made, want)
			}
		},
	)
}

// eachOutage tests each set of blocks in each outage, which begins before or after
// the discovery document was read.
func eachOutage(
	t *testing.T,
	test func(*testing.T, string, blocks, string, *optest.Issuer, *acctest.Network, *acctest.Process),
) {
	t.Helper()
	for how := range outages {
		for name, c := range allBlocks() {
			for _, kind := range tableKinds() {
				if testing.Short() {
					c.size = min(c.size, 30)
				} else if kind == "ephemeral" {
					c.size = min(c.size, 100) // both kinds share the client, which sends the requests
				}
				for _, discovered := range []bool{false, true} {
					if !discovered && (how == "newest, instance cache" || name != "equal tokens") {
						continue // discovery works, or is all that is requested
					}
					t.Run(fmt.Sprintf("%s/%s/%s/discovered %t", how, name, kind, discovered), func(t *testing.T) {
						t.Parallel()
						i := acctest.NewIssuer()
						onFakeClock(
							t,
							i,
							object{"key_json": acctest.ServiceKey()},
							func(t *testing.T, n *acctest.Network, p *acctest.Process) {
								if discovered {
									p.MustRead("data", "zitadel_openid_configuration", nil)
								}
								test(t, how, c, kind, i, n, p)
							},
						)
					})
				}
			}
		}
	}
}
