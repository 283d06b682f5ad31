package provider_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// blocks describes blocks that are read concurrently in one process.
type blocks struct {
	block     string
	size      int                                  // number of blocks
	arguments func(i *optest.Issuer, n int) object // returns the arguments of block n
	isShared  bool                                 // whether the blocks share one request
}

// read reads all blocks concurrently, and returns the diagnostics of each block.
func (c blocks) read(p *acctest.Process, i *optest.Issuer, kind string) []acctest.Diagnostics {
	all := make([]acctest.Diagnostics, c.size)
	var group sync.WaitGroup
	for n := range all {
		group.Go(func() { _, all[n] = p.Read(kind, c.block, c.arguments(i, n)) })
	}
	group.Wait()
	return all
}

// scopes returns a different set of scopes for each n.
func scopes(n int) []string { return []string{fmt.Sprint("urn:zitadel:iam:org:project:role:role", n)} }

// allBlocks returns groups of blocks, keyed by name. The blocks in "identical tokens" share one request.
// In the other groups, each block sends its own request to the same endpoint.
func allBlocks() map[string]blocks {
	w := acctest.World()
	api := object{"key_json": string(w.API.KeyJSON())}
	return map[string]blocks{
		"identical tokens": {accessTokenBlock, 1000, func(*optest.Issuer, int) object { return nil }, true},
		"different scopes": {
			accessTokenBlock,
			1000,
			func(_ *optest.Issuer, n int) object { return object{"scopes": scopes(n)} },
			false,
		},
		"introspections": {"zitadel_introspection", 100, func(*optest.Issuer, int) object {
			return object{"token": w.Service.PAT, "credentials": api}
		}, false},
		"user info": {
			"zitadel_userinfo",
			100,
			func(*optest.Issuer, int) object { return object{"token": w.Service.PAT} },
			false,
		},
	}
}

// countRequests returns the number of requests that an issuer has received, including readiness checks.
func countRequests(i *optest.Issuer) (sum int) {
	for _, endpoint := range []optest.Endpoint{
		optest.Discovery, optest.JWKS, optest.Token, optest.Introspection, optest.UserInfo, optest.Revocation, optest.Ready,
	} {
		sum += i.Requests(endpoint)
	}
	return sum
}

// Blocks with the same wrong secret must share one rejection, even if their scopes or tokens differ. A
// block with the right secret must not be affected.
func TestRejectionIsShared(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	wrong := object{"client_id": w.Service.Name, "client_secret": "canary-wrong"}
	right := object{"client_id": w.Service.Name, "client_secret": w.Service.Secret}
	application := object{"client_id": w.APIBasic.ClientID, "client_secret": "canary-wrong"}
	introspect := func(_ *optest.Issuer, n int) object {
		return object{"credentials": application, "token": fmt.Sprint("token", n)}
	}
	exchange := func(_ *optest.Issuer, n int) object {
		return object{"credentials": wrong, "subject_token": fmt.Sprint("token", n)}
	}
	for name, c := range map[string]struct {
		blocks
		endpoint         optest.Endpoint
		requests, ready  int // maximum numbers of requests and readiness checks
		operation, cause string
	}{
		"identical scopes": {
			blocks{accessTokenBlock, 200, func(*optest.Issuer, int) object { return object{"credentials": wrong} }, false},
			optest.Token, 4, 2, "get access token", "client-secret-wrong",
		},
		"200 sets of scopes": {
			blocks{accessTokenBlock, 200, func(_ *optest.Issuer, n int) object {
				return object{"credentials": wrong, "scopes": scopes(n)}
			}, false},
			optest.Token, 30, 10, "get access token", "client-secret-wrong",
		},
		"200 introspections": {
			blocks{"zitadel_introspection", 200, introspect, false},
			optest.Introspection, 30, 10, "introspect token", "application-or-secret-wrong",
		},
		"200 token exchanges": {
			blocks{tokenExchangeBlock, 200, exchange, false},
			optest.Token, 30, 10, "exchange token", "exchange-application-inactive",
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				i := acctest.NewIssuer()
				onFakeClock(t, i, object{}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					for _, found := range c.read(p, i, kind) {
						acctest.CheckContains(t, found, "ERROR [credentials]", unableTo(c.operation))
						checkCodes(t, found, c.cause, "credentials-new")
					}
					if got, ready := i.Requests(c.endpoint), i.Requests(optest.Ready); got > c.requests || ready > c.ready {
						t.Errorf("%d requests, %d readiness checks; want at most %d and %d", got, ready, c.requests, c.ready)
					}
					if _, found := p.Read(kind, accessTokenBlock, object{"credentials": right}); len(found) > 0 {
						t.Errorf("with the right secret: %v", found)
					}
					// After five seconds, the request must be sent again: the secret might have been corrected.
					before := i.Requests(c.endpoint)
					time.Sleep(5 * time.Second)
					p.Read(kind, c.block, c.arguments(i, 0))
					if got := i.Requests(c.endpoint) - before; got != 2 {
						t.Errorf("%d requests after five seconds, want 2", got)
					}
				})
			})
		}
	}
}

// Blocks that require a token to be valid for five minutes must share a token with a lifetime of five
// minutes, and must cause only one warning for each set of credentials.
func TestShortLivedTokensAreShared(t *testing.T) {
	t.Parallel()
	for _, kind := range acctest.Kinds {
		t.Run(kind, func(t *testing.T) {
			i := acctest.NewIssuer()
			i.TokenLifetime(5 * time.Minute)
			onFakeClock(
				t,
				i,
				object{"key_json": acctest.ServiceKey()},
				func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					identical := blocks{accessTokenBlock, 100, func(*optest.Issuer, int) object { return nil }, true}
					warnings := 0
					for _, found := range identical.read(p, i, kind) {
						if warnings += len(found); len(found) > 0 {
							acctest.CheckContains(t, found, "WARNING [min_validity]", textOf(
								"token-lifetime-short", "lifetime", 5*time.Minute-time.Second, "min_validity", 5*time.Minute))
							checkCodes(t, found, "token-lifetime-short")
						}
					}
					if warnings != 1 || i.Requests(optest.Token) != 1 {
						t.Errorf("%d warnings and %d token requests, want 1 each", warnings, i.Requests(optest.Token))
					}
					other := object{"credentials": object{"key_json": string(acctest.World().ServiceJWT.KeyJSON())}}
					for _, want := range []int{1, 0} {
						if _, found := p.Read(kind, accessTokenBlock, other); len(found) != want {
							t.Errorf("%d warnings for different credentials, want %d: %v", len(found), want, found)
						}
					}
				},
			)
		})
	}
}

// attempts returns the part of a diagnostic that states the number of attempts.
func attempts(n int) string { return fmt.Sprintf(" (%d attempts)", n) }

// byAnotherBlock follows the number of attempts in a diagnostic if another block made the attempts.
const byAnotherBlock = " (by another block "

// If the scopes or the token in a request are rejected, only identical blocks must share the rejection.
func TestRejectedParametersAreShared(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	oidc := object{"key_json": string(w.OIDC.KeyJSON())}
	scope := response(400, `{"error":"invalid_scope"}`)
	exchange := func(token string) object { return object{"credentials": oidc, "subject_token": token} }
	for name, c := range map[string]struct {
		block           string
		rejected, other object
		endpoint        optest.Endpoint
		fault           *optest.Fault
		code            string
	}{
		"scopes": {
			accessTokenBlock, object{"scopes": scopes(1)}, object{"scopes": scopes(2)},
			optest.Token, &scope, "rejection-unexplained",
		},
		"user info token": {
			"zitadel_userinfo", object{"token": "expired"}, object{"token": w.Service.PAT},
			optest.UserInfo, nil, "userinfo-token-rejected",
		},
		"subject token": {
			tokenExchangeBlock, exchange("expired"), exchange(w.Service.PAT),
			optest.Token, nil, "subject-token-invalid",
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				i := acctest.NewIssuer()
				onFakeClock(
					t,
					i,
					object{"key_json": acctest.ServiceKey()},
					func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
						if c.fault != nil {
							i.Fail(c.endpoint, 2, *c.fault)
						}
						for _, shared := range []bool{false, true, true} {
							_, found := p.Read(kind, c.block, c.rejected)
							acctest.CheckContains(t, found, "ERROR", attempts(2))
							checkCodes(t, found, c.code)
							if got := strings.Contains(found.String(), attempts(2)+byAnotherBlock); got != shared {
								t.Errorf("the rejection is shared: %t, want %t: %s", got, shared, found)
							}
						}
						if got := i.Requests(c.endpoint); got != 2 {
							t.Errorf("%d requests, want 2", got)
						}
						if _, found := p.Read(kind, c.block, c.other); len(found) > 0 {
							t.Errorf("with different arguments: %v", found)
						}
						time.Sleep(5 * time.Second)
						p.Read(kind, c.block, c.rejected)
						if got := i.Requests(c.endpoint); got == 3 {
							t.Errorf("%d requests after five seconds, want more: the rejection is still shared", got)
						}
					},
				)
			})
		}
	}
}

// A Retry-After header must delay all requests to the instance, not only the request whose response
// contained the header.
func TestRetryAfterDelaysAllRequests(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	for _, kind := range acctest.Kinds {
		for _, status := range []int{429, 503} {
			t.Run(fmt.Sprintf("%s/%d", kind, status), func(t *testing.T) {
				t.Parallel()
				i := acctest.NewIssuer()
				onFakeClock(
					t,
					i,
					object{"key_json": acctest.ServiceKey()},
					func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
						f := retryAfter("7")
						f.Status = status
						i.Fail(optest.Token, 1, f)
						var group sync.WaitGroup
						began := time.Now()
						took := map[string]time.Duration{}
						var mu sync.Mutex
						read := func(block string, arguments object) {
							if _, found := p.Read(kind, block, arguments); len(found) > 0 {
								t.Error(found)
							}
							mu.Lock()
							defer mu.Unlock()
							took[block] = time.Since(began)
						}
						group.Go(func() { read(accessTokenBlock, nil) })
						synctest.Wait() // until the provider has received the response to the token request
						group.Go(func() { read("zitadel_userinfo", object{"token": w.Service.PAT}) })
						group.Go(func() {
							read(
								"zitadel_introspection",
								object{"token": w.Service.PAT, "credentials": object{"key_json": string(w.API.KeyJSON())}},
							)
						})
						group.Wait()
						if len(took) != 3 {
							t.Fatalf("got the durations %v, want 3", took)
						}
						for block, d := range took {
							if d < 7*time.Second || block != accessTokenBlock && d > 8*time.Second {
								t.Errorf("reading %s took %s, want at least 7s, and at most 8s unless its request got the header", block, d)
							}
						}
					},
				)
			})
		}
	}
}
