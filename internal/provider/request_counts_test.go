package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Thirty blocks in one process must share each request that can be shared. Each block must
// send the other requests itself. "make bench" measures the same kinds of blocks.
func TestRequestCounts(t *testing.T) {
	t.Parallel()
	const blocks = 30
	type counts map[string]int
	distinct := func(n int) []string { return []string{fmt.Sprint("urn:zitadel:iam:org:project:role:role", n)} }
	for name, c := range map[string]struct {
		block string
		with  func(i *optest.Issuer, n int) object
		want  counts
	}{
		"identical tokens": {
			"zitadel_access_token", func(*optest.Issuer, int) object { return nil },
			counts{"discovery": 1, "token": 1, "assertions": 1},
		},
		"tokens with different scopes": {
			"zitadel_access_token", func(_ *optest.Issuer, n int) object { return object{"scopes": distinct(n)} },
			counts{"discovery": 1, "token": blocks, "assertions": 1},
		},
		"assertions": {
			"zitadel_client_assertion", func(*optest.Issuer, int) object { return nil },
			counts{},
		},
		"introspections": {
			"zitadel_introspection", func(i *optest.Issuer, n int) object {
				return object{
					"token":       fmt.Sprint(i.World.Service.PAT, n),
					"credentials": object{"key_json": string(i.World.API.KeyJSON())},
				}
			},
			// The issuer reports each token as inactive, so each block repeats its request. In between, the
			// blocks share readiness checks, whose number varies.
			counts{"discovery": 1, "introspection": 2 * blocks, "assertions": 1},
		},
		"verifications": {
			"zitadel_token_verification", func(i *optest.Issuer, n int) object {
				claims := accessTokenClaims(i)
				claims["jti"] = fmt.Sprint(n)
				return object{"token": i.SignToken(claims), "required_audience": []string{i.World.Project.ID}}
			},
			counts{"discovery": 1, "jwks": 1},
		},
	} {
		for _, kind := range tableKinds() {
			t.Run(kind+"/"+name, func(t *testing.T) {
				i := acctest.NewIssuer()
				var mu sync.Mutex
				assertions := map[string]bool{}
				i.OnSecret(func(what, secret string) {
					mu.Lock()
					defer mu.Unlock()
					if strings.HasSuffix(what, "assertion") {
						assertions[secret] = true
					}
				})
				onFakeClock(
					t,
					i,
					object{"key_json": acctest.ServiceKey()},
					func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
						var group sync.WaitGroup
						for n := range blocks {
							group.Go(func() {
								if _, found := p.Read(kind, c.block, c.with(i, n)); len(found) > 0 {
									t.Error(found)
								}
							})
						}
						group.Wait()
					},
				)
				got := counts{}
				for _, endpoint := range []optest.Endpoint{
					optest.Discovery, optest.JWKS, optest.Token, optest.Introspection, optest.UserInfo,
					optest.Revocation, optest.Ready,
				} {
					if n := i.Requests(endpoint); n > 0 {
						got[string(endpoint)] = n
					}
				}
				if len(assertions) > 0 {
					got["assertions"] = len(assertions)
				}
				if checks := got["ready"]; checks > blocks/2 {
					t.Errorf("%d readiness checks, want at most %d", checks, blocks/2)
				}
				delete(got, "ready")
				if !maps.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		}
	}
}
