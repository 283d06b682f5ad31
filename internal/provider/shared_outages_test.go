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

// outages maps the names of outages to functions that start the outage if the last argument is true, and
// end it otherwise. If an outage is named after a release, the database of an instance of that release is
// down.
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

// Up to a thousand blocks together must send at most 60 requests to a server that is down, and must take
// only a little longer than a single block. Each block must report the outage.
func TestEndlessOutageIsShared(t *testing.T) {
	t.Parallel()
	// A single block waits for 7 s, and for another 2 s if its credentials might be new.
	const most, longest = 60, (7 + 2) * time.Second * 3 / 2
	eachOutage(
		t,
		func(t *testing.T, outage string, c blocks, kind string, i *optest.Issuer, n *acctest.Network, p *acctest.Process) {
			outages[outage](i, n, true)
			before, dials, began := countRequests(i), n.Refused(), time.Now()
			for _, found := range c.read(p, i, kind) {
				isRefused := len(found) == 1 && slices.Equal(codesOf(found), []string{"connection-refused"})
				if outage == "connection refused" && !isRefused || outage != "connection refused" && !isOutage(found) {
					t.Fatalf("got %v, want an outage", found)
				}
			}
			if made := countRequests(i) - before + n.Refused() - dials; made > most {
				t.Errorf("%d requests, want at most %d", made, most)
			}
			if took := time.Since(began); took > longest {
				t.Errorf("the blocks took %s, want at most %s", took, longest)
			}
		},
	)
}

// Up to a thousand blocks must succeed in spite of an outage of three seconds, and must not overload the
// server when it recovers.
func TestShortOutageIsSurvived(t *testing.T) {
	t.Parallel()
	eachOutage(
		t,
		func(t *testing.T, outage string, c blocks, kind string, i *optest.Issuer, n *acctest.Network, p *acctest.Process) {
			if outage != "v4.13" {
				c.size = min(c.size, 40) // issuing tokens is slow; only the test with v4.13 issues a thousand
			}
			withoutOutage := 1 + c.size // one discovery request, and the requests of the blocks
			if c.isShared {
				withoutOutage = 2
			}
			outages[outage](i, n, true)
			before, dials := countRequests(i), n.Refused()
			time.AfterFunc(3*time.Second, func() { outages[outage](i, n, false) })
			for _, found := range c.read(p, i, kind) {
				if len(found) > 0 {
					t.Fatal(found)
				}
			}
			if made, want := countRequests(i)-before+n.Refused()-dials, withoutOutage*11/10+60; made > want {
				t.Errorf("%d requests, want at most %d", made, want)
			}
		},
	)
}

// eachOutage runs test for each group of blocks and each outage. Some subtests read the discovery document
// before they call test, so that the outage starts after discovery.
func eachOutage(
	t *testing.T,
	test func(*testing.T, string, blocks, string, *optest.Issuer, *acctest.Network, *acctest.Process),
) {
	t.Helper()
	for outage := range outages {
		for name, c := range allBlocks() {
			for _, kind := range tableKinds() {
				if testing.Short() {
					c.size = min(c.size, 30)
				} else if kind == "ephemeral" {
					c.size = min(c.size, 100) // both kinds share the client, which sends the requests
				}
				for _, discovered := range []bool{false, true} {
					if !discovered && (outage == "newest, instance cache" || name != "identical tokens") {
						// With the instance cache, discovery succeeds. In the other outages, all blocks wait for
						// the same discovery request, so one group is enough.
						continue
					}
					t.Run(fmt.Sprintf("%s/%s/%s/discovered %t", outage, name, kind, discovered), func(t *testing.T) {
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
								test(t, outage, c, kind, i, n, p)
							},
						)
					})
				}
			}
		}
	}
}
